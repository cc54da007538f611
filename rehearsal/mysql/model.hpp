// The databases: MariaDB 10.11 servers that replicate, and the sessions that the vendor's software has on them.
//
// A server runs where its machine and the unit `mariadb` run. In a cluster of kind mysql the nodes follow each other in a ring
// (`replication "master-master"`, the default for several nodes) or the first one ("master-replica"); replicas follow the first node.
// Whoever only follows is closed to writers, and by its configuration after every start. The first node of several that change places
// has been a replica before: it has the second one stored as its source, and does not follow it.
//
// What was written is counted in transactions, by the server where they were written first. A server that followed another holds a
// count for each; so "caught up", "behind" and "written on both sides" all follow from the counts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/core/answer.hpp"
#include "rehearsal/trouble.hpp"

namespace rehearsal {

struct Table;

/// Transactions by the server on which they were written first.
using Transactions = std::map<std::string, std::int64_t>;

/// How a server follows its source.
struct Following {
    enum class Io { No, Connecting, Yes };

    std::string source;                      ///< the name of a host
    Io io = Io::Yes;                         ///< what the server believes: a source that fell silent is not noticed for a minute
    lang::Time io_since{};                   ///< when `io` became so
    bool reconnects = false;                 ///< Connecting after a connection that was lost, not for the first time
    std::optional<lang::Time> silent_since;  ///< the source lost its power, and nobody closed the connection
    std::string io_error;                    ///< why the I/O thread has stopped by itself
    bool gave_up = false;                    ///< stopped while it could not connect: what it said then stands until it is started
    std::string reached;  ///< who has told its server_id since this one started; after a CHANGE MASTER still the one before
    /// Is it known where in the source's log it reads, and executes? Not before it has reached the source that it was led to.
    bool reads_at = true, executes_at = true;
    Transactions received;  ///< in the relay log
    bool sql = true;        ///< the SQL thread runs
    lang::Time sql_since{};
    bool duplicate = false;  ///< injected: the SQL thread stops with error 1062 whenever it is started
    bool lagging = false;    ///< injected: applies more slowly than the source is written to

    void enter(Io, lang::Time now, bool reconnects = false);
    /// It has tried, and nobody has answered.
    bool cannot_connect(lang::Time now) const;
};

struct Database {
    int server_id = 1;
    bool serves = true;
    lang::Time since{};  ///< when `serves` became so
    bool read_only = false, starts_read_only = false;
    Transactions written;  ///< all that it holds: its own and what it applied
    std::optional<Following> follows;
    int next_id = 30;  ///< of a connection

    std::int64_t behind() const;  ///< transactions received and not yet applied
};

/// A connection of the vendor's software.
struct Session {
    std::string database, client;  ///< names of hosts
    int id = 0;
    int port = 0;
    lang::Time since{};
    std::optional<lang::Time> ends;  ///< its software has stopped: it drains
    bool stuck = false;              ///< injected: never ends
    /// Injected: since when one statement has been writing. Told to end, it rolls back until `ends`.
    std::optional<lang::Time> writes_since;
    bool killed = false;
};

/// What one start of the client has set for its statements.
struct ClientSettings {
    bool names = true;    ///< of columns
    bool forces = false;  ///< goes on after a statement that fails
    lang::Duration lock_wait_timeout = std::chrono::hours(24);
};

struct Mysql {
    static Mysql healthy(const lang::Site&, lang::Time start);
    void advance(lang::Time now, World&);
    std::optional<Answer> answer(const Invocation&, World&);
    void power_off(const lang::Host&, lang::Time, World&);
    void power_on(const lang::Host&, lang::Time, World&) {}
    std::optional<std::string> inject(const lang::Host&, std::string_view trouble, lang::Time, World&, Fault = Fault::Begins);
    static TroublesOf troubles();
    void snapshot(std::map<std::string, std::string>& out) const;

    std::optional<std::string> unnamed(const Invocation&, const World&) const;
    static std::vector<std::string> units(const lang::Site&, const lang::Host&);
    static bool fails_over(const lang::Cluster& cluster) { return cluster.kind == "mysql"; }

    /// Null where the machine is not a database server.
    const Database* find(std::string_view host) const;
    /// Of the software, on one server.
    int sessions_on(std::string_view database) const;

  private:
    void serve(lang::Time now, World&);
    void connect(lang::Time now, World&);
    void apply(std::int64_t seconds);
    void write(std::int64_t seconds);
    void open_and_close_sessions(lang::Time now, World&);
    void open_sessions(const lang::Host& client, const std::string& database, lang::Time now);
    bool is_caught_up(const Database&) const;

    Answer run(const Invocation&, Database&, const std::string& statement, ClientSettings&, const World&);
    std::optional<Answer> change(const Invocation&, Database&, const std::string& statement, ClientSettings&, const World&);
    Answer replicate(Database&, lang::Time now, bool start);
    Answer lead_elsewhere(Database&, std::string_view statement, const World&);
    Answer close(const lang::Host&, Database&, const ClientSettings&) const;
    Answer kill(const lang::Host&, std::string_view id, lang::Time now);
    std::string gtids(const Transactions&) const;
    Table position_of(const Database&) const;
    Table process_list(const Invocation&, const Database&, std::string_view statement) const;
    Table open_transactions(const Invocation&, bool with_client) const;

    std::map<std::string, Database> databases_;  ///< by the host's name
    std::vector<Session> sessions_;              ///< in the order in which they were opened
    lang::Time moved_to_{};                      ///< up to here transactions were written and applied
};

/// The node that new sessions of the software are led to: by the load balancer that serves, where one has the nodes as its servers;
/// else the first one that serves. Null where there is none.
const lang::Host* database_for_clients(const World&);

}  // namespace rehearsal
