#include "cli/doctor/examine.hpp"

#include <algorithm>

#include "runtime/connection/host_connections.hpp"
#include "runtime/event/emitter.hpp"
#include "runtime/interpret/values/evaluator.hpp"

namespace cli::doctor {

namespace {

using namespace std::chrono_literals;
using lang::Value;
using runtime::Command;
using runtime::Deadline;
using runtime::Reply;

constexpr lang::Duration one_answer = 20s;
constexpr lang::Duration one_machine = 90s;
constexpr auto purpose = runtime::event::CommandEnded::For::Query;

/// Seconds since 1970, UTC.
Command clock_command(const lang::Host& host) {
    if (host.os == lang::Os::Windows)
        return Command::powershell({runtime::Verbatim{"[DateTimeOffset]::UtcNow.ToUnixTimeSeconds()"}}).as_login_user();
    return Command::program({"date", "+%s"}).as_login_user();
}

class OneMachine {
  public:
    OneMachine(const lang::Host& host, const lang::Site& site, runtime::World& world, runtime::HostConnections& connections)
        : site_(site),
          world_(world),
          connections_(connections),
          began_(world.scheduler.now()),
          deadline_(Deadline::after(began_, one_machine)) {
        examined_.host = &host;
    }

    Examined run() {
        if (look_at_clock()) {
            for (const Question& question : questions_for(*examined_.host, site_, world_.registry)) {
                if (deadline_.expired(world_.scheduler.now()) || world_.stop.no_new_action()) {
                    ++examined_.not_asked;
                } else {
                    examined_.readings.push_back(read(question));
                }
            }
        }
        examined_.took = world_.scheduler.now() - began_;
        return std::move(examined_);
    }

  private:
    lang::Duration patience() const { return std::min(one_answer, deadline_.left(world_.scheduler.now())); }

    /// The first that is asked; false where the machine is not reached.
    bool look_at_clock() {
        const lang::Time sent = world_.scheduler.wall();
        const Reply reply = connections_.run(*examined_.host, clock_command(*examined_.host), patience(), purpose, "");
        const lang::Time heard = world_.scheduler.wall();
        if (reply.ending == runtime::Ending::NotSent || reply.ending == runtime::Ending::Doubtful) {
            examined_.unreached = world_.mask(reply.describe());
            return false;
        }
        if (const auto seconds = reply.ok() ? whole_seconds(reply.out) : std::nullopt) {
            // Somewhere between the question and the answer, and anywhere within that second.
            const lang::Duration half = (heard - sent) / 2;
            examined_.clock = lang::Time(*seconds) + 500ms - (sent + half);
            examined_.clock_error = half + 500ms;
        }
        return true;
    }

    static std::optional<std::chrono::seconds> whole_seconds(const std::string& text) {
        const std::string digits = text.substr(0, text.find_first_not_of("0123456789"));
        constexpr std::size_t most_digits = 12;
        if (digits.empty() || digits.size() > most_digits) return std::nullopt;
        return std::chrono::seconds(std::stoll(digits));
    }

    Reading read(const Question& question) {
        const runtime::Builtin& builtin = world_.registry[question.builtin];
        const runtime::Arguments arguments(builtin.signature, question.arguments);
        Reading reading{.question = question,
                        .call = runtime::call_text(builtin.signature, question.arguments),
                        .value = {},
                        .lists_failings = std::get<runtime::Query>(builtin.parts).lists_failings,
                        .replies = {},
                        .took = {},
                        .tool = {},
                        .disagreement = {},
                        .not_compared = {}};
        const lang::Time began = world_.scheduler.now();
        const runtime::Detected detected = connections_.detect(*examined_.host, builtin.needs, patience(), "");
        for (const auto& [name, value] : detected) examined_.detected.insert_or_assign(name, value);
        const runtime::Context context = connections_.context(arguments, examined_.host, detected);
        reading.value = ask(std::get<runtime::Query>(builtin.parts).read, context, reading.replies);
        reading.took = world_.scheduler.now() - began;
        compare(builtin.signature, context, reading);
        return reading;
    }

    Value ask(const runtime::Read& read, const runtime::Context& context, std::vector<Reply>& replies) {
        const runtime::Read heard{.commands = read.commands,
                                  .value =
                                      [&](std::span<const Reply> all, const runtime::Context& inner) {
                                          replies.assign(all.begin(), all.end());
                                          return read.value(all, inner);
                                      },
                                  .reads_silence = read.reads_silence};
        return connections_.read(heard, context, patience(), purpose, "");
    }

    void compare(const lang::Signature& signature, const runtime::Context& context, Reading& reading) {
        const auto& modules = world_.registry.modules();
        const auto module = std::find_if(modules.begin(), modules.end(), [&](const auto& one) { return one.name == signature.module; });
        const auto& checks = module->cross_checks;
        const auto check = std::find_if(checks.begin(), checks.end(), [&](const auto& one) { return one.query == signature.name; });
        if (check == checks.end() || reading.value.is_unknown()) return;
        reading.tool = check->tool;
        std::vector<Reply> unread;
        const Value second = ask(check->read, context, unread);
        if (second.is_unknown()) {
            reading.not_compared = second.why_unknown().why;
        } else {
            reading.disagreement = check->disagreement(reading.value, second).value_or("");
        }
    }

    const lang::Site& site_;
    runtime::World& world_;
    runtime::HostConnections& connections_;
    const lang::Time began_;
    const Deadline deadline_;
    Examined examined_;
};

}  // namespace

std::vector<Examined> examine(const lang::Site& site, runtime::World& world) {
    runtime::EventEmitter emitter(world);
    runtime::HostConnections connections(world, site, emitter);
    std::vector<Examined> all(site.hosts.size());
    std::vector<std::function<void()>> branches;
    for (std::size_t i = 0; i < site.hosts.size(); ++i)
        branches.emplace_back([&, i] { all[i] = OneMachine(*site.hosts[i], site, world, connections).run(); });
    world.scheduler.run_all(std::move(branches), 0);
    return all;
}

}  // namespace cli::doctor
