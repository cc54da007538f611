#include "cli/notify/notice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "cli/terminal/words.hpp"
#include "lang/text/overloaded.hpp"
#include "runtime/outcome.hpp"

namespace cli {

namespace {

using About = lang::Notified::About;
namespace event = runtime::event;

void add(std::string& text, std::string_view heading, const std::vector<std::string>& items) {
    if (!items.empty()) text += fmt::format("{}:\n  - {}\n", heading, fmt::join(items, "\n  - "));
}

std::string summary(const event::RunEnded& ended, std::int64_t run) {
    std::string text = fmt::format("{} changed, {} unchanged, {}.\n", ended.changed, ended.unchanged, plural(ended.signed_off, "sign-off"));
    add(text, "Skipped", ended.skipped);
    add(text, "Undone", ended.undone);
    add(text, "Pending undos (not run)", ended.pending_undos);
    add(text, "Left on purpose", ended.left);
    return text + fmt::format("The journal has it: procrun history {}\n", run);
}

}  // namespace

const char* name(About about) {
    static constexpr std::array names{"begin", "question", "failure", "end", "watch"};
    return names.at(static_cast<std::size_t>(about));
}

Notices::Notices(std::function<void(Notice)> tell, std::function<std::int64_t()> run) : tell_(std::move(tell)), run_(std::move(run)) {}

void Notices::on(const runtime::Event& event) {
    if (event.typed) return;
    if (const auto* e = std::get_if<event::RunStarted>(&event.body)) {
        procedure_ = e->procedure;
        std::string text = fmt::format("Begun by {} on {}.\n", e->operator_name, e->machine);
        for (const event::Named& parameter : e->parameters) text += fmt::format("{}={}\n", parameter.name, parameter.value);
        tell_({About::Begin, fmt::format("{} begins on {}", e->procedure, e->site), std::move(text)});
    } else if (const auto* e = std::get_if<event::RunResumed>(&event.body)) {
        const std::string what = e->undos > 0 ? fmt::format("{} of run {} begun", plural(e->undos, "undo"), e->run)
                                              : fmt::format("run {} is gone on with", e->run);
        tell_({About::Begin, what, fmt::format("By {} on {}.\n", e->operator_name, e->machine)});
    } else if (const auto* e = std::get_if<event::Failed>(&event.body)) {
        tell_({About::Failure, procedure_.empty() ? "a statement failed" : procedure_ + ": a statement failed", e->message + "\n"});
    } else if (const auto* e = std::get_if<event::RunEnded>(&event.body)) {
        const std::string who = procedure_.empty() ? fmt::format("run {}", run_()) : procedure_;
        tell_({About::End, fmt::format("{} {} after {}", who, runtime::name(e->end), lang::show(e->took)), summary(*e, run_())});
    }
}

}  // namespace cli
