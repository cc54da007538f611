// The simulated site as one value: machines and the systems that run on them. A copy is a snapshot that can be run on by
// itself.
// Each system is a Model (model.hpp).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "lang/model/site.hpp"
#include "rehearsal/compose/docker.hpp"
#include "rehearsal/compose/env_file.hpp"
#include "rehearsal/core/answer.hpp"
#include "rehearsal/core/lock.hpp"
#include "rehearsal/core/machines.hpp"
#include "rehearsal/cpms/model.hpp"
#include "rehearsal/drbd/model.hpp"
#include "rehearsal/haproxy/model.hpp"
#include "rehearsal/mysql/model.hpp"
#include "rehearsal/pacemaker/model.hpp"
#include "rehearsal/systemd/model.hpp"
#include "rehearsal/urs/model.hpp"
#include "rehearsal/windows/model.hpp"
#include "rehearsal/xivo/model.hpp"

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
    /// Everything is well: all machines on, all systems in their best state. The site must outlive the world.
    static World healthy(const lang::Site&, lang::Time start);

    const lang::Site* site = nullptr;
    /// One that there is.
    const lang::Host& host(std::string_view name) const { return *site->find_host(name); }
    lang::Time start{};
    lang::Time now{};  ///< up to here everything has happened

    // The systems. A new one is a member here and a name in models().
    Machines machines;
    Drbd drbd;
    Pacemaker pacemaker;
    Systemd systemd;
    Windows windows;
    Haproxy haproxy;
    Mysql mysql;
    EnvFiles env_files;
    Docker docker;
    Xivo xivo;
    Lock lock;
    Urs urs;
    Cpms cpms;

    /// In the order in which they are moved on and asked.
    auto models() {
        return std::tie(machines, drbd, pacemaker, systemd, windows, haproxy, mysql, env_files, docker, xivo, lock, urs, cpms);
    }
    auto models() const {
        return std::tie(machines, drbd, pacemaker, systemd, windows, haproxy, mysql, env_files, docker, xivo, lock, urs, cpms);
    }

    std::vector<Received> log;

    /// Lets time pass, second by second: all models see every whole second, and `to` itself.
    void advance(lang::Time to);

    /// A command line that reached the host's login shell. The answer is what the host says when it has run for `takes`;
    /// what it changes is begun already.
    Answer run(const lang::Host&, const std::string& line, const std::string& input, lang::Time at);

    /// Tell every system; called by the machines.
    void power_off(const lang::Host&, lang::Time);
    void power_on(const lang::Host&, lang::Time);

    /// Everything there is to say about the state, to be compared in full. Does not hold the log.
    std::map<std::string, std::string> snapshot() const;

    /// What was asked for and the site file does not name, each with what to write there.
    std::set<std::string> unnamed;
};

}  // namespace rehearsal
