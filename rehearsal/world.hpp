// The simulated site as one value: machines and the systems that run on them. A copy is a snapshot that can be run on by
// itself.
// Each system is a Model (model.hpp).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "lang/model/site.hpp"
#include "rehearsal/any_model.hpp"
#include "rehearsal/compose/env_file.hpp"
#include "rehearsal/core/answer.hpp"
#include "rehearsal/core/lock.hpp"
#include "rehearsal/core/machines.hpp"
#include "rehearsal/drbd/model.hpp"
#include "rehearsal/haproxy/model.hpp"
#include "rehearsal/mysql/model.hpp"
#include "rehearsal/pacemaker/model.hpp"
#include "rehearsal/replies/model.hpp"
#include "rehearsal/systemd/model.hpp"
#include "rehearsal/windows/model.hpp"

namespace rehearsal {

inline bool is_whole_second(lang::Time time) { return time == std::chrono::floor<std::chrono::seconds>(time); }

/// A command as a host received it: the site's own log, which judges what was really sent.
struct Received {
    lang::Time at{};
    std::string host;
    std::string line;             ///< as sent
    std::size_t input_bytes = 0;  ///< of standard input only the size: secrets come that way
};

struct World {
    /// Everything is well: all machines on, all systems in their best state, those of `more` too. The site must outlive the world.
    static World healthy(const lang::Site&, lang::Time start, std::span<const MakeModel> more = {});

    const lang::Site* site = nullptr;
    /// One that there is.
    const lang::Host& host(std::string_view name) const { return *site->find_host(name); }
    lang::Time start{};
    lang::Time now{};  ///< up to here everything has happened

    Replies replies;
    // The systems that other ones look at.
    Machines machines;
    Drbd drbd;
    Pacemaker pacemaker;
    Systemd systemd;
    Windows windows;
    Haproxy haproxy;
    Mysql mysql;
    EnvFiles env_files;
    Lock lock;
    /// The others: a new one is a name in world.cpp.
    std::vector<AnyModel> others;

    auto looked_at() { return std::tie(replies, machines, drbd, pacemaker, systemd, windows, haproxy, mysql, env_files, lock); }
    auto looked_at() const { return std::tie(replies, machines, drbd, pacemaker, systemd, windows, haproxy, mysql, env_files, lock); }

    /// All of them, in the order in which they are moved on and asked.
    void each(auto&& see) {
        std::apply([&](auto&... model) { (see(model), ...); }, looked_at());
        for (AnyModel& model : others) see(model);
    }
    void each(auto&& see) const {
        std::apply([&](const auto&... model) { (see(model), ...); }, looked_at());
        for (const AnyModel& model : others) see(model);
    }

    std::vector<Received> log;
    /// Those that were injected and not cured since, as scenes have them: "acd-store1: drbd standalone". In the order in which they came.
    std::vector<std::string> troubles;

    /// Lets time pass, second by second: all models see every whole second, and `to` itself.
    void advance(lang::Time to);

    /// A command line that reached the host's login shell. The answer is what the host says when it has run for `takes`;
    /// what it changes is begun already.
    Answer run(const lang::Host&, const std::string& line, const std::string& input, lang::Time at);

    /// A trouble of whichever system has it (Model).
    std::optional<std::string> inject(const lang::Host&, std::string_view trouble, lang::Time, Fault);

    /// Tell every system; called by the machines.
    void power_off(const lang::Host&, lang::Time);
    void power_on(const lang::Host&, lang::Time);

    /// Everything there is to say about the state, to be compared in full. Does not hold the log.
    std::map<std::string, std::string> snapshot() const;

    /// What was asked for and the site file does not name, each with what to write there.
    std::set<std::string> unnamed;
};

}  // namespace rehearsal
