// Who answers: the person at the terminal, or the rehearsal itself.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "cli/terminal/screen.hpp"
#include "runtime/person.hpp"

namespace cli {

/// What can be typed for a value of that type: "yes or no".
std::string expected_of(const lang::Type&);

/// Is `name` that of another person than `first`? Two spellings of one name are one person.
bool is_another_name(std::string_view name, std::string_view first);

/// Asks at the terminal. One question at a time; Ctrl-C ends it.
std::unique_ptr<runtime::Person> terminal_person(Screen&, runtime::Scheduler&, const runtime::Stop&, std::string operator_name);

/// Signs everything off by itself, as "the rehearsal", and answers 0, "", no or 0s.
std::unique_ptr<runtime::Person> rehearsing_person();

/// There is nobody.
std::unique_ptr<runtime::Person> nobody();

}  // namespace cli
