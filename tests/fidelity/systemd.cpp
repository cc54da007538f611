// systemd: units are started, stopped and restarted; one is slow and is looked at while it is on its way; one fails from time to time.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <sstream>

#include "stdlib/systemd/status.hpp"
#include "tests/fidelity/side.hpp"
#include "tests/fidelity/systems.hpp"
#include "tests/real/linux/machine.hpp"
#include "tests/real/needs.hpp"

namespace fidelity {

namespace {

using namespace std::chrono_literals;
using lang::Value;
using runtime::Command;

/// As the model has them: of type forking, with processes that end at SIGTERM.
constexpr std::array units = {"app", "app-7.1", "broken", "slow"};
constexpr auto on_its_way = 10min;  ///< simulated: longer than anything takes

/// What the units run. A file beside it says that one fails, or waits at its gate when it starts and when it ends.
constexpr std::string_view program_of_units = R"(folder=$(dirname "$0")
pass() { [ ! -e "$folder/slow.$1" ] || read -r _ <"$folder/gate"; }
case $2 in
start)
    trap 'pass "$1"; exit 0' TERM
    pass "$1"
    [ ! -e "$folder/fails.$1" ] || exit 1
    sh "$0" "$1" serve &
    echo $! >"/run/$1.pid"
    ;;
serve)
    trap 'pass "$1"; exit 0' TERM
    while :; do
        sleep 1000 &
        wait
    done
    ;;
esac
)";

std::map<std::string, std::string> unit_files() {
    std::map<std::string, std::string> files;
    for (const char* unit : units) {
        files[fmt::format("{}.service", unit)] = fmt::format(
            "[Unit]\nStartLimitIntervalSec=0\n"  // no procedure starts a unit five times in ten seconds, and a walk does
            "[Service]\nType=forking\nPIDFile=/run/{0}.pid\nExecStart=sh /run/machine/program {0} "
            "start\n[Install]\nWantedBy=multi-user.target\n",
            unit);
    }
    return files;
}

/// Where slow units wait. Stays open, so that a line which is written waits for whoever comes.
class Gate {
  public:
    explicit Gate(const std::string& path) {
        if (mkfifo(path.c_str(), 0600) != 0) throw std::runtime_error("no pipe can be made: " + path);
        pipe_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
    }
    ~Gate() { ::close(pipe_); }
    Gate(const Gate&) = delete;
    void open() {
        if (write(pipe_, "\n", 1) != 1) throw std::runtime_error("a line does not go through the gate");
    }
    /// For whoever comes from now on.
    void close() {
        for (char line = 0; read(pipe_, &line, 1) == 1;) {
        }
    }

  private:
    int pipe_;
};

class Systemd final : public System {
  public:
    Systemd() {
        support::write_file(machine_.file("program"), std::string(program_of_units));
        for (const char* unit : units) machine_.enable(fmt::format("{}.service", unit));
        machine_.power_on();
        auto& host = *site_.hosts.emplace_back(std::make_unique<lang::Host>(machine_.host()));
        std::vector<Value> names(units.begin(), units.end());
        host.facts["units"] = Value::list(std::move(names));
        real_ = std::make_unique<Side>(
            site_, *scheduler_, stop_,
            runtime::ssh_connections(
                *scheduler_, stop_, [](const std::string&) { return std::nullopt; },
                [](std::string_view) { return Value::unknown("there are no secrets here"); }, {.directory = home_.directory()}));
        version_ = real_->first_line(host.name, program("systemctl --version"));
        for (const char* verb : {"start", "stop", "restart"}) {
            for (const char* unit : {"app", "app.service", "app-7.1", "broken", "broken", "no-such-unit", "no-such.socket", "app@1"})
                steps_.push_back(fmt::format("systemctl {} -- {}", verb, unit));
            // Of a slow one nobody waits for the end, so that it is looked at on its way.
            for (int twice = 0; twice < 2; ++twice) steps_.push_back(fmt::format("systemctl {} --no-block -- slow", verb));
        }
        for (const char* event : {slow_gets_there, slow_gets_there, slow_gets_there, fails, fails, is_well}) steps_.emplace_back(event);
    }

    std::string name() const override { return "systemd"; }
    std::string version() const override {
        std::istringstream said(version_);
        std::string word, version;
        said >> word >> version;
        return version;
    }
    const std::vector<std::string>& steps() const override { return steps_; }

    void begin() override {
        set("slow.slow", false);
        set("fails.broken", false);
        gate_.open();  // for one that waits
        for (const char* verb : {"stop", "reset-failed", "start"}) {
            std::vector<std::string> words{verb};
            words.insert(words.end(), units.begin(), units.end());
            machine_.systemctl(words);
        }
        gate_.close();
        set("slow.slow", true);
        ids_ = {};
        model_ = std::make_unique<Simulated>(site_);
        model_->trouble(on, "unit slow slow");
        Seen first;
        stands(*real_, first, ids_.real);
        stands(model_->side, first, ids_.model);
    }

    Both take(const std::string& step) override {
        Both both;
        if (step == slow_gets_there) {
            slow_gets_on();
        } else if (step == fails || step == is_well) {
            set("fails.broken", step == fails);
            model_->trouble(on, "unit fails broken", step == fails ? rehearsal::Fault::Begins : rehearsal::Fault::Ends);
        } else if (step.find("--no-block") != std::string::npos) {
            real_->run(on, program(step));
            model_->order(on, program(step));
            await([&] { return is_taken_up(); });
        } else {
            both = {order(*real_, step), order(model_->side, step)};
        }
        stands(*real_, both.real, ids_.real);
        stands(model_->side, both.model, ids_.model);
        return both;
    }

  private:
    static constexpr const char* slow_gets_there = "what slow is at comes to its end";
    static constexpr const char* fails = "broken fails from now on";
    static constexpr const char* is_well = "broken does not fail any more";
    static constexpr const char* on = "web1";

    /// "the 1st", "the 2nd": identifiers are other ones on each side, and change at the same time.
    using Ids = std::map<std::string, std::vector<std::string>>;

    static Seen order(Side& side, const std::string& step) {
        const runtime::Reply reply = side.run(on, program(step));
        return {{"exit", ending(reply)}, {"output", reply.out}, {"errors", reply.err}};
    }

    static void stands(Side& side, Seen& seen, Ids& ids) {
        for (const char* unit : {"app", "app-7.1", "broken", "slow", "no-such-unit", "no-such.socket", "app@1"}) {
            const auto show = Command::program({"systemctl", "show", "-p", std::string(stdlib::systemd::properties), "--", unit});
            const runtime::Reply reply = side.run(on, show);
            seen[fmt::format("{}: properties", unit)] = names_in(reply.out);
            const Value status = stdlib::systemd::status_from(reply.out);
            if (status.is_unknown()) {
                seen[unit] = told(status);
                continue;
            }
            // Whether it is enabled is told of the units in /etc alone, which the machine shares with this one.
            for (const char* field : {"load", "active", "sub", "result", "type", "triggered_by", "ordered"})
                seen[fmt::format("{}: {}", unit, field)] = told(status.field(field));
            const Value& pid = status.field("main_pid");
            seen[fmt::format("{}: main_pid", unit)] = pid.is_unknown() || pid.integer() == 0 ? told(pid) : "one";
            seen[fmt::format("{}: invocation", unit)] = which(status.field("invocation").text(), ids[unit]);
            seen[fmt::format("{}: running", unit)] = told(stdlib::systemd::running(status));
        }
        seen["failed units"] = told(side.residue(on, "failed units"));
    }

    static std::string names_in(const std::string& properties) {
        std::string names;
        std::istringstream lines(properties);
        for (std::string line; std::getline(lines, line);) names += line.substr(0, line.find('=')) + " ";
        return names;
    }

    static std::string which(const std::string& id, std::vector<std::string>& known) {
        if (id.empty()) return "none";
        const auto at = std::find(known.begin(), known.end(), id);
        const auto number = at - known.begin();
        if (at == known.end()) known.push_back(id);
        return fmt::format("number {}", number + 1);
    }

    static void await(const std::function<bool()>& is_so) {
        if (!eventually(is_so, 20s)) throw std::runtime_error("what systemd was told to do does not come to its end");
    }

    /// systemd has begun with what it was told of the slow unit, or keeps that until the unit has stopped.
    bool is_taken_up() {
        return machine_.systemctl({"list-jobs", "--no-legend"}).find("waiting") == std::string::npos ||
               machine_.systemctl({"is-active", "slow"}) == "deactivating";
    }

    /// Whoever waits at the gate goes through it, and so does whoever comes after.
    void slow_gets_on() {
        set("slow.slow", false);
        gate_.open();
        await([&] { return machine_.systemctl({"list-jobs", "--no-legend"}).empty(); });
        gate_.close();
        set("slow.slow", true);
        model_->pass(on_its_way);
    }

    void set(const std::string& flag, bool there) {
        if (there) {
            support::write_file(machine_.file(flag), "");
        } else {
            std::filesystem::remove(machine_.file(flag));
        }
    }

    support::SshHome home_;
    real::Machine machine_{home_, on, unit_files()};
    Gate gate_{machine_.file("gate")};
    lang::Site site_;
    std::unique_ptr<runtime::Scheduler> scheduler_ = runtime::real_scheduler();
    runtime::Stop stop_;
    std::unique_ptr<Side> real_;
    std::unique_ptr<Simulated> model_;
    struct {
        Ids real, model;
    } ids_;
    std::string version_;
    std::vector<std::string> steps_;
};

}  // namespace

std::unique_ptr<System> systemd() { return std::make_unique<Systemd>(); }
std::optional<std::string> why_no_systemd() { return real::Machine::why_not(); }

}  // namespace fidelity
