#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>

#include "cli/commands.hpp"
#include "cli/load.hpp"
#include "cli/stage.hpp"
#include "runtime/lock.hpp"

namespace cli {

namespace {

using Is = runtime::LockState::Is;
namespace event = runtime::event;

constexpr std::string_view nobody_named = "nobody";

/// The lock of a site whose file is `request.source.file`, outside of any run.
class Lock {
  public:
    Lock(const lang::program::Program& program, const RunRequest& request)
        : site_(*program.site),
          stage_(program, request, screen_),
          teller_(stage_.world()),
          fleet_(stage_.world(), site_, teller_),
          lock_(site_, fleet_) {
        if (site_.lock_hosts.empty()) throw UsageError{fmt::format("{}: this site has no `lock`", request.source.file)};
    }

    int status() {
        stage_.world().observers.clear();  // to look is no part of any run
        bool held = false, unknown = false;
        for (const lang::Host* host : site_.lock_hosts) {
            const runtime::LockState state = lock_.look(*host);
            screen_.line(visible(fmt::format("{}: {}", host->name, words(state))));
            held = held || state.is == Is::Held || state.is == Is::Nameless;
            unknown = unknown || state.is == Is::Unknown;
        }
        return static_cast<int>(held ? runtime::End::Locked : unknown ? runtime::End::Failed : runtime::End::Completed);
    }

    int release(const lang::program::Program& program) {
        stage_.journal().begin(program, stage_.simulated());
        tell(event::RunStarted{.procedure = "lock release",
                               .site = site_.name,
                               .operator_name = operator_name(),
                               .machine = machine_name(),
                               .steps = 0,
                               .parameters = {},
                               .simulated = stage_.simulated()});
        const runtime::Time started = stage_.scheduler().now();
        event::LockReleased released;
        bool agreed = true;
        for (const lang::Host* host : site_.lock_hosts) {
            const runtime::LockState state = lock_.look(*host);
            screen_.line(visible(fmt::format("{}: {}", host->name, words(state))));
            if (state.is == Is::Unknown) released.kept.push_back(fmt::format("{}: {}", host->name, state.why));
            if (state.is == Is::Unknown || state.is == Is::Free) continue;
            agreed = agrees(state.note);
            if (!agreed) break;
            const runtime::LockState now = lock_.release(*host, state.note.token);
            if (now.is == Is::Free) {
                released.hosts.push_back(host->name);
            } else {
                released.kept.push_back(fmt::format("{}: {}", host->name, words(now)));
            }
        }
        for (const std::string& host : released.hosts) screen_.line(host + ": released");
        for (const std::string& kept : released.kept) screen_.line(visible("not released: " + kept));
        event::RunEnded ended;
        ended.end = !agreed ? runtime::End::Aborted : released.kept.empty() ? runtime::End::Completed : runtime::End::Failed;
        ended.took = stage_.scheduler().now() - started;
        tell(std::move(released));
        tell(ended);
        stage_.finish();
        return static_cast<int>(ended.end);
    }

  private:
    static std::string words(const runtime::LockState& state) {
        switch (state.is) {
            case Is::Free:
                return "free";
            case Is::Held:
                return "locked: " + describe(state.note);
            case Is::Nameless:
                return "locked, and nothing says by whom";
            case Is::Unknown:
                break;
        }
        return "unknown: " + state.why;
    }

    /// Whose lock it is must be typed: nobody breaks one by habit. One operator is asked once.
    bool agrees(const runtime::LockNote& note) {
        const std::string holder = note.holder.empty() ? std::string(nobody_named) : note.holder;
        if (holder == typed_) return true;
        const std::string question =
            fmt::format("Whose lock is it? Type the holder's name ({}) to break it; that run must be over", holder);
        tell(event::Asked{question});
        const runtime::Reaction answer = stage_.world().person.ask(question, lang::Type(lang::Kind::Text), runtime::Time::max());
        if (answer.kind == runtime::Reaction::Kind::Yes) {
            tell(event::Answered{.key = {}, .question = question, .answer = answer.text, .by = answer.by});
            typed_ = answer.text;
        }
        if (holder == typed_) return true;
        screen_.line("not released: the holder's name was not typed");
        return false;
    }

    void tell(runtime::Event::Body body) { teller_.tell({}, {}, std::move(body)); }

    const lang::Site& site_;
    Screen screen_;
    Stage stage_;
    runtime::Teller teller_;
    runtime::Fleet fleet_;
    runtime::SiteLock lock_;
    std::string typed_;
};

}  // namespace

int lock_command(RunRequest request, bool release) {
    request.source.site = request.source.file;
    const lang::Checked checked = load(request.source);
    if (!checked.program) return static_cast<int>(runtime::End::Refused);
    Lock lock(*checked.program, request);
    return release ? lock.release(*checked.program) : lock.status();
}

}  // namespace cli
