// Watches a site until a condition has failed too often in a row, and then runs what is to be run, once.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>

#include "cli/command/all.hpp"
#include "cli/operator/interrupts.hpp"
#include "cli/operator/prompt.hpp"
#include "cli/run/load.hpp"
#include "cli/run/stage.hpp"
#include "cli/terminal/output.hpp"
#include "cli/terminal/words.hpp"
#include "runtime/outcome.hpp"
#include "runtime/watch.hpp"

namespace cli {

namespace {

using lang::program::Program;
using lang::program::Watch;
using runtime::Vigil;

/// "READY=1", "STATUS=…", a line each, for the service manager that started us, where one did: systemd's sd_notify(3) is a datagram to
/// the socket that it names. Where nobody listens nothing happens.
void tell_service_manager(const std::string& lines) {
    const char* name = std::getenv("NOTIFY_SOCKET");
    sockaddr_un address{};
    if (name == nullptr || *name == '\0' || std::strlen(name) >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, name);
    if (*name == '@') address.sun_path[0] = '\0';  // an abstract name
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + std::strlen(name));
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return;
    sendto(socket, lines.data(), lines.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), size);
    close(socket);
}

/// What a watch runs: found beside its file, on its site, with its parameters.
RunRequest request_of(const Watch& watch, const RunRequest& request, const Program& program) {
    RunRequest run = request;
    run.source = {.file = (std::filesystem::path(request.source.file).parent_path() / watch.run).string(),
                  .parameters = request.source.parameters,
                  .site = program.site->path.empty() ? request.source.site : std::optional(program.site->path)};
    run.message = fmt::format("watch \"{}\"", watch.text);
    if (run.on_failure == runtime::OnFailure::Ask) run.on_failure = runtime::OnFailure::Keep;  // nobody is there
    return run;
}

bool lacks_nothing(const Program& program, const RunRequest& request, Screen& screen) {
    const std::vector<std::string> lacking = Stage(program, request, screen).lacking({});
    for (const std::string& what : lacking) say("{}\n", what);
    return lacking.empty();
}

/// Everything that would keep a procedure from being begun is found out before there is any need of it.
bool can_be_run(const RunRequest& run, Screen& screen) {
    const lang::Checked checked = load(run.source);
    if (!checked.program) return false;
    return lacks_nothing(*checked.program, run, screen);
}

class Watchpost {
  public:
    Watchpost(const RunRequest& request, const Program& program) : request_(request), program_(program) {}

    int arm() {
        const Stage stage(program_, request_, screen_);
        runtime::Journal journal(request_.journal);
        for (const Watch& watch : program_.watches) {
            const bool was_armed = !journal.fired(name_of(watch, stage));
            journal.arm(name_of(watch, stage));
            screen_.line(fmt::format("\"{}\" {}", watch.text, was_armed ? "was armed already" : "is armed again"));
        }
        return static_cast<int>(runtime::End::Completed);
    }

    int watch() {
        Interrupts::listen();  // whatever is done until the end: a signal ends the watch
        if (!lacks_nothing(program_, request_, screen_)) {
            cli::say("{}: nothing is watched\n", request_.source.file);
            return static_cast<int>(runtime::End::Refused);
        }
        for (const Watch& watch : program_.watches) {
            if (can_be_run(request_of(watch, request_, program_), screen_)) continue;
            cli::say("{}: \"{}\" could not run {}: nothing is watched\n", request_.source.file, watch.text, watch.run);
            return static_cast<int>(runtime::End::Refused);
        }
        for (bool begins = true;; begins = false) {
            const auto due = wait(begins);
            if (!due) return static_cast<int>(runtime::End::Completed);
            const auto& [watch, fired] = *due;
            say(fmt::format("\"{}\": running {}", watch.text, watch.run));
            const int code = run_command(request_of(watch, request_, program_));
            const bool interrupted = Interrupts::any() && !Interrupts::remembered();
            Stage stage(program_, request_, screen_);
            now_ = stage.scheduler().now();
            if (Interrupts::any() && !begun_by(watch, fired, stage)) return put_back(watch, stage);
            report(fmt::format("\"{}\": {} ended with exit code {}. It is not run again until `procrun watch --rearm {}`", watch.text,
                               watch.run, code, request_.source.file));
            if (interrupted) return code;  // the signal was meant for us, too
        }
    }

  private:
    runtime::WatchName name_of(const Watch& watch, const Stage& stage) const {
        return {.site = program_.site->name, .file = program_.name, .text = watch.text, .simulated = stage.simulated()};
    }

    struct Due {
        const Watch& watch;
        runtime::Fired fired;
    };

    /// Until one is due: that it fires is on the disk then. Nothing: we were told to end.
    std::optional<Due> wait(bool begins) {
        Stage stage(program_, request_, screen_);
        stage.world().observers.clear();  // a look every few seconds, for months, is no history
        stage.world().connect = keeping(stage.world().connect);
        const Interrupts interrupts(stage.stop(), stage.scheduler(), [](int) {});
        if (begins) introduce(stage);
        std::vector<std::string> reasons;
        const runtime::Watching watching{.told =
                                             [&](const runtime::Look& look) {
                                                 tell(look, stage);
                                                 reasons = look.reasons;
                                             },
                                         .is_armed = [&](const Watch& watch) { return !stage.journal().fired(name_of(watch, stage)); }};
        const Watch* watch = runtime::wait_until_due(program_, stage.world(), watching);
        if (watch == nullptr) return std::nullopt;
        Due due{*watch, {.at = stage.scheduler().now(), .why = fmt::format("{}", fmt::join(reasons, "; "))}};
        stage.journal().fire(name_of(*watch, stage), due.fired);
        return due;
    }

    /// We were told to end after it had fired and before anything was begun: nothing was, so it can fire again.
    int put_back(const Watch& watch, Stage& stage) {
        stage.journal().arm(name_of(watch, stage));
        report(fmt::format("\"{}\": interrupted before {} was begun; it stays armed", watch.text, watch.run));
        return static_cast<int>(runtime::End::Completed);
    }

    void introduce(Stage& stage) {
        now_ = stage.scheduler().now();
        tell_service_manager("READY=1");
        report(fmt::format("watching site \"{}\"", program_.site->name));
        for (const Watch& watch : program_.watches) {
            const auto fired = stage.journal().fired(name_of(watch, stage));
            if (!fired) {
                say(fmt::format("\"{}\" is armed: {} in a row and {} is run", watch.text,
                                plural(static_cast<std::size_t>(watch.failures), "failure"), watch.run));
                continue;
            }
            report(fmt::format("\"{}\" has fired on {}, because {}. {}It is armed again by `procrun watch --rearm {}`", watch.text,
                               lang::show(fired->at), fired->why, what_came_of_it(watch, *fired, stage), request_.source.file));
        }
    }

    static std::optional<runtime::RunSummary> begun_by(const Watch& watch, const runtime::Fired& fired, Stage& stage) {
        const std::string procedure = std::filesystem::path(watch.run).stem().string();
        std::optional<runtime::RunSummary> began;
        for (const runtime::RunSummary& run : stage.journal().runs()) {
            if (run.procedure == procedure && run.started >= fired.at) began = run;
        }
        return began;
    }

    /// The run that it began, and what is to be done about it. A restart of ours does not go on with it: a person looks first.
    static std::string what_came_of_it(const Watch& watch, const runtime::Fired& fired, Stage& stage) {
        const std::optional<runtime::RunSummary> began = begun_by(watch, fired, stage);
        if (!began) return fmt::format("{} was never begun: run it, if it is still needed. ", watch.run);
        if (began->end == runtime::End::Completed) return fmt::format("Run {} of {} was completed. ", began->id, watch.run);
        return fmt::format("Run {0} of {1} is not finished: `procrun resume {0}`. ", began->id, watch.run);
    }

    /// A line for each failure, and for each change: nobody reads that all is well every half a minute.
    void tell(const runtime::Look& look, Stage& stage) {
        now_ = stage.scheduler().now();
        const Vigil::State state = look.vigil.state();
        const bool failing = state == Vigil::State::Failing || state == Vigil::State::Due;
        if (state == look.before && !failing) return;
        std::string what = "holds";
        if (failing) what = fmt::format("FAILURE {} of {}", look.vigil.failures(), look.vigil.limit());
        if (state == Vigil::State::Unknown) what = "CANNOT BE TOLD, which counts neither way";
        if (!look.reasons.empty()) what += fmt::format(": {}", fmt::join(look.reasons, "; "));
        report(fmt::format("\"{}\": {}", look.watch.text, what));
    }

    /// What `systemctl status` shows, too.
    void report(const std::string& text) {
        say(text);
        tell_service_manager("STATUS=" + visible(text));
    }
    void say(const std::string& text) { screen_.line(fmt::format("{}  {}", lang::show(now_), visible(text))); }

    const RunRequest& request_;
    const Program& program_;
    Screen screen_;
    runtime::Time now_{};
};

}  // namespace

int watch_command(const RunRequest& request, bool rearm) {
    const lang::Checked checked = load(request.source);
    if (!checked.program) {
        say("{}: refused by the check; nothing is watched\n", request.source.file);
        return static_cast<int>(runtime::End::Refused);
    }
    if (checked.program->watches.empty()) throw UsageError{fmt::format("{}: there is no `watch` in it", request.source.file)};
    Watchpost post(request, *checked.program);
    return rearm ? post.arm() : post.watch();
}

}  // namespace cli
