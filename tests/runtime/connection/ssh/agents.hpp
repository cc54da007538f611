// OpenSSH's own agent, for the tests of log-ins.
#pragma once

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "tests/runtime/connection/ssh/fixture.hpp"

/// SSH_AUTH_SOCK, while it lives.
struct AgentAt {
    explicit AgentAt(const std::string& path) { setenv("SSH_AUTH_SOCK", path.c_str(), 1); }
    ~AgentAt() { unsetenv("SSH_AUTH_SOCK"); }
    AgentAt(const AgentAt&) = delete;
    AgentAt& operator=(const AgentAt&) = delete;
};

/// Holds these keys, and the certificates beside them, while it lives.
struct RealAgent {
    RealAgent(const std::string& path, const std::vector<std::string>& keys) {
        pid = fork();
        if (pid == 0) {
            execlp("ssh-agent", "ssh-agent", "-D", "-a", path.c_str(), nullptr);
            _exit(127);
        }
        while (std::system(fmt::format("SSH_AUTH_SOCK={} ssh-add -l >/dev/null 2>&1; [ $? -le 1 ]", path).c_str()) != 0)
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        for (const std::string& key : keys)
            if (std::system(fmt::format("SSH_AUTH_SOCK={} ssh-add -q {} 2>/dev/null", path, key).c_str()) != 0)
                throw std::runtime_error("ssh-add failed: " + key);
    }
    ~RealAgent() {
        kill(pid, SIGKILL);
        waitpid(pid, nullptr, 0);
    }
    RealAgent(const RealAgent&) = delete;
    RealAgent& operator=(const RealAgent&) = delete;
    pid_t pid = 0;
};
