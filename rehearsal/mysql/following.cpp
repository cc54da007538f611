// How a server comes to its source, and how it is led to another one.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "rehearsal/mysql/model.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using lang::Time;
using Io = Following::Io;

constexpr auto slave_net_timeout = 60s;  ///< how long a silent source is believed to be there
constexpr auto connect_retry = 5s;

Answer error(std::string_view text) { return Answer{.code = 1, .err = fmt::format("ERROR {}\n", text)}; }

/// The transactions of others that it holds and that server does not; by whom they were written.
std::string unknown_to(const Database& source, const std::string& own_name, const Database& database) {
    for (const auto& [origin, count] : database.written) {
        const auto theirs = source.written.find(origin);
        if (origin != own_name && count > (theirs == source.written.end() ? 0 : theirs->second)) return origin;
    }
    return {};
}

/// The options of a CHANGE MASTER TO, without quotes. Those whose effect is not simulated are not taken for done.
struct Options {
    std::string host;
    std::string not_simulated;
};

Options options_from(std::string_view text) {
    Options options;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        std::string_view one = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        while (one.starts_with(' ')) one.remove_prefix(1);
        const std::size_t equals = one.find('=');
        std::string name(one.substr(0, equals));
        for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        std::string_view value = equals == std::string_view::npos ? std::string_view() : one.substr(equals + 1);
        if (value.size() > 1 && value.front() == '\'' && value.back() == '\'') value = value.substr(1, value.size() - 2);
        if (name == "MASTER_HOST") {
            options.host = value;
        } else if (!(name == "MASTER_PORT" && value == "3306") && name != "MASTER_USE_GTID") {
            options.not_simulated = one;
        }
    }
    return options;
}

}  // namespace

void Following::enter(Io to, Time now, bool again) {
    io = to;
    io_since = now;
    reconnects = again;
    silent_since.reset();
    io_error.clear();
    gave_up = false;
}

bool Following::cannot_connect(Time now) const { return io == Io::Connecting && now - io_since >= 1s; }

void Mysql::connect(Time now, World&) {
    for (auto& [name, database] : databases_) {
        if (!database.serves || !database.follows || database.follows->io == Io::No) continue;
        Following& following = *database.follows;
        const Database& source = databases_.at(following.source);
        if (following.io == Io::Yes && following.silent_since) {
            // A source that has come back does not know the old connection; else patience ends it.
            if (source.serves || now - *following.silent_since >= slave_net_timeout) following.enter(Io::Connecting, now, true);
        }
        if (following.io == Io::Connecting && source.serves && now - std::max(following.io_since, source.since) >= connect_retry) {
            const std::string unknown = unknown_to(source, name, database);
            following.enter(unknown.empty() ? Io::Yes : Io::No, now);
            following.reached = following.source;
            following.reads_at = following.reads_at || unknown.empty();
            if (!unknown.empty())
                following.io_error = fmt::format(
                    "Got fatal error 1236 from master when reading data from binary log: 'Error: connecting slave requested to start from "
                    "GTID {}, which is not in the master's binlog'",
                    gtids({{unknown, database.written.at(unknown)}}));
        }
        if (following.io == Io::Yes && !following.silent_since && source.serves) following.received = source.written;
    }
}

Answer Mysql::replicate(Database& database, Time now, bool start) {
    if (!database.follows) return {};
    Following& following = *database.follows;
    if (start && following.io == Io::No) following.enter(Io::Connecting, now);
    if (!start && following.io != Io::No) {
        const bool gives_up = following.cannot_connect(now);
        following.enter(Io::No, now, gives_up && following.reconnects);
        following.gave_up = gives_up;
    }
    if (following.sql != start) following.sql_since = now;
    // START SLAVE says yes, and the thread meets the same duplicate again.
    following.sql = start && !following.duplicate;
    return {};
}

/// CHANGE MASTER TO on a server that knows a source. What was received from the old one and not executed is gone.
Answer Mysql::lead_elsewhere(Database& database, std::string_view statement, const World& world) {
    const Options options = options_from(statement.substr(std::string_view("CHANGE MASTER TO ").size()));
    const auto& hosts = world.site->hosts;
    const auto host = std::find_if(hosts.begin(), hosts.end(), [&](const auto& one) {
        return databases_.contains(one->name) && (one->address == options.host || one->name == options.host);
    });
    if (!database.follows || host == hosts.end() || !options.not_simulated.empty())
        return Answer{
            .code = 1,
            .err = fmt::format("ERROR: not simulated: the simulated MariaDB leads a replica to another database of the site by its "
                               "address, port 3306 and GTIDs only, and this is {}\n",
                               statement)};
    Following& following = *database.follows;
    if (following.io != Io::No || following.sql)
        return error("1198 (HY000) at line 1: This operation cannot be performed as you have a running slave ''; run STOP SLAVE '' first");
    following.source = (*host)->name;
    following.received = database.written;
    following.io_error.clear();
    following.reads_at = following.executes_at = false;
    return {};
}

}  // namespace rehearsal
