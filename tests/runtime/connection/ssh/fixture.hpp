// Hosts behind real sshds, for the tests of `via ssh`.
#pragma once

#include <list>

#include "runtime/connection/ssh/connections.hpp"
#include "tests/support/said.hpp"
#include "tests/support/sshd.hpp"

using support::says;

/// One procrun's view: its connections share keys, known hosts and jump hosts.
struct OverSsh {
    explicit OverSsh(support::SshHome& home, runtime::SshSettings settings = {}) : home(home) {
        settings.directory = home.directory();
        factory = runtime::ssh_connections(
            *scheduler, stop,
            [this](const std::string& prompt) -> std::optional<std::string> {
                questions.push_back(prompt);
                if (answers.empty()) return std::nullopt;
                std::string answer = answers.front();
                answers.pop_front();
                return answer;
            },
            [this](std::string_view name) { return secret(name); }, settings);
    }

    /// As a site file would name it, with the home's key unless told otherwise.
    lang::Host& host(const support::Sshd& sshd, std::size_t which = 0) {
        lang::Host& host = hosts.emplace_back();
        host.name = "host" + std::to_string(hosts.size());
        host.address = sshd.addresses()[which];
        host.port = sshd.port();
        host.key = home.key();
        return host;
    }

    std::unique_ptr<runtime::Connection> connect(const lang::Host& host) { return factory(host); }

    runtime::Reply run(runtime::Connection& connection, const std::string& text, const std::string& input = {},
                       runtime::Duration patience = std::chrono::seconds{60}) {
        return runtime::execute(connection, {text, text, input}, patience, *scheduler, stop);
    }
    runtime::Reply run(const lang::Host& host, const std::string& text, const std::string& input = {}) {
        return run(*connect(host), text, input);
    }

    support::SshHome& home;
    std::unique_ptr<runtime::Scheduler> scheduler = runtime::real_scheduler();
    runtime::Stop stop;
    std::list<lang::Host> hosts;
    std::list<std::string> questions, answers;  ///< what a person was asked, and will say
    std::function<lang::Value(std::string_view)> secret = [](std::string_view) {
        return lang::Value::unknown("there are no secrets here");
    };
    runtime::ConnectionFactory factory;
};
