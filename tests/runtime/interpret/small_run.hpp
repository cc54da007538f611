// Where a small program is run for these tests: lamps on machines that do what a script says, on a virtual clock.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lang/program/tree.hpp"
#include "runtime/interpret/run.hpp"
#include "runtime/journal/store.hpp"
#include "tests/runtime/interpret/script.hpp"

namespace runtime_tests {

/// The secret `code` of the site.
inline constexpr const char* the_code = "open sesame";
/// Another secret, which is masked as that one is.
inline constexpr const char* the_other_code = "shut sesame";

struct Setting {
    runtime::Journal* journal = nullptr;  ///< told first, and gets what is kept
    std::vector<runtime::Observer*> observers{};
    std::function<void(const runtime::FailedStatement&)> look_around{};
    const runtime::Resumption* resumption = nullptr;  ///< it is resumed, after this
    bool real_time = false;                           ///< system clock and threads instead of the virtual clock
    std::function<lang::Time()> wall{};               ///< with `real_time`: instead of the system clock
};

struct Played {
    std::vector<runtime::Event> events;
    runtime::event::RunEnded ended;
    std::vector<std::string> received;  ///< "a$ lamp on x", as the machines got them, in order
    std::vector<std::string> findings;  ///< of the check; then nothing was run

    /// All events of one kind.
    template <typename Body>
    std::vector<Body> all() const {
        std::vector<Body> found;
        for (const runtime::Event& event : events)
            if (const auto* body = std::get_if<Body>(&event.body)) found.push_back(*body);
        return found;
    }
};

/// Checks the program on the site of this folder. Null, with the findings, where it is wrong.
std::shared_ptr<const lang::program::Program> checked(const std::string& program, const Script&, std::vector<std::string>& findings);

/// Runs it. What an observer throws comes out.
Played play(const std::string& program, const std::vector<std::string>& script = {}, const Setting& setting = {});

/// An event for people to compare: time since `start`, step, host, what happened.
std::string told(const runtime::Event&, lang::Time start);

}  // namespace runtime_tests
