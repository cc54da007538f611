// Many hosts at once, over real SSH.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <mutex>
#include <thread>

#include "tests/real/fleet.hpp"
#include "tests/real/here.hpp"

namespace {

std::vector<std::string> forty() {
    std::vector<std::string> names;
    for (int i = 1; i <= 40; ++i) names.push_back(fmt::format("acd-jb{}", i));
    return names;
}

}  // namespace

TEST_CASE("forty hosts are asked together, and each answers for itself") {
    support::SshHome home;
    real::Fleet fleet(home, forty());
    CHECK(fleet.daemons() == 3);
    for (const std::string& name : fleet.names()) {
        // Who is there, and with whom is systemd spoken about: a stand-in that says its host's name.
        fleet.put_program(name, "systemctl",
                          "#!/bin/sh\nprintf 'LoadState=loaded\\nActiveState=active\\nSubState=%s\\n' \"$PROCRUN_HOST\"\n");
    }
    std::map<std::string, std::string> answers;
    std::mutex mutex;
    {
        std::vector<std::jthread> askers;
        for (const std::string& name : fleet.names()) {
            askers.emplace_back([&, name] {
                real::Here seen(fleet.host(name), home);
                const lang::Value status = seen.query("systemd.status", {{"unit", lang::Value("wildfly")}});
                const std::string answer = status.is_unknown() ? status.show() : status.field("sub").text();
                const std::lock_guard lock(mutex);
                answers[name] = answer;
            });
        }
    }
    REQUIRE(answers.size() == 40);
    for (const auto& [name, answer] : answers) CHECK(answer == name);
}
