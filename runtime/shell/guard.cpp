#include "runtime/shell/guard.hpp"

#include <fmt/format.h>

#include <cassert>
#include <charconv>

#include "runtime/shell/dialect.hpp"

namespace runtime {

namespace {

constexpr std::string_view begin = "for procrun_place in ", number_end = " ] || ";
/// The prepared place stands between `is_prepared` and `test`. Only a number that every shell can compare reaches `[`: some shells evaluate
/// any other word as a variable, others repeat it in their message.
constexpr std::string_view is_prepared =
    "; do procrun_newest=0; if [ -f \"$procrun_place/newest\" ] && [ -r \"$procrun_place/newest\" ] && [ ! -h "
    "\"$procrun_place\" ] && { [ -O \"$procrun_place\" ] || [ \"$procrun_place\" = ";
constexpr std::string_view test =
    " ]; }; then read -r procrun_newest <\"$procrun_place/newest\"; "
    "case $procrun_newest in ''|*[!0-9]*|??????????????????*) procrun_newest=x;; esac; fi; "
    "[ \"$procrun_newest\" != x ] && [ \"$procrun_newest\" -le ";
/// A program is started in place of the shell, so that a signal that ends it is seen as one; a restricted shell has no `exec`.
constexpr std::string_view start = "case $- in *r*) procrun_exec=;; *) procrun_exec=exec;; esac; $procrun_exec ";

std::string end() { return fmt::format("{{ echo {}; exit {}; }}; done; ", guard_word, guard_status); }

}  // namespace

Line guarded(Line line, const Command& command, const Guard& guard) {
    const std::string prepared = posix_quote(guard.prepared);
    std::string text = fmt::format("{}{} {}{}{}{}{}{}{}", begin, prepared, posix_quote(guard.common), is_prepared, prepared, test,
                                   guard.number, number_end, end());
    if (command.form() == Command::Form::Program) text += start;
    assert(text.size() <= longest_guard);
    line.text.insert(0, text);
    return line;
}

bool kept_back(const Reply& reply) {
    return reply.ending == Ending::Exited && reply.code == guard_status && reply.out == fmt::format("{}\n", guard_word);
}

std::optional<std::pair<Guard, std::string_view>> read_guard(std::string_view line) {
    if (!line.starts_with(begin)) return std::nullopt;
    const auto asked = line.find(is_prepared), tested = line.find(test, asked), done = line.find(end(), tested);
    if (done == line.npos) return std::nullopt;
    const std::string_view places = line.substr(begin.size(), asked - begin.size());
    Guard guard{.prepared = std::string(places.substr(0, places.find(' '))), .common = std::string(places.substr(places.find(' ') + 1))};
    const std::string_view number = line.substr(tested + test.size(), done - number_end.size() - tested - test.size());
    std::from_chars(number.data(), number.data() + number.size(), guard.number);
    std::string_view rest = line.substr(done + end().size());
    if (rest.starts_with(start)) rest.remove_prefix(start.size());
    return std::pair(std::move(guard), rest);
}

}  // namespace runtime
