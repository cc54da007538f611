// Sessions of the vendor's software on the databases: opened when it runs, drained when it stops.
#include <algorithm>

#include "rehearsal/core/roles.hpp"
#include "rehearsal/core/spread.hpp"
#include "rehearsal/mysql/model.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;
using lang::Host;
using lang::Time;

bool software_runs(const Host& host, const World& world) {
    if (!world.machines.is_on(host)) return false;
    if (host.os == lang::Os::Windows) return world.windows.is_serving(host);
    for (const char* fact : {"unit", "units"}) {
        for (const std::string& unit : fact_texts(host, fact)) {
            if (world.systemd.is_active(host, unit)) return true;
        }
    }
    return false;
}

}  // namespace

const Host* database_for_clients(const World& world) {
    for (const lang::Cluster& cluster : world.site->clusters) {
        if (cluster.kind != "mysql") continue;
        if (const lang::Cluster* balanced = balanced_by(*world.site, cluster.nodes)) return world.haproxy.leads_to(*balanced, world);
        for (const Host* node : cluster.nodes) {
            const Database* database = world.mysql.find(node->name);
            if (database != nullptr && database->serves) return node;
        }
    }
    return nullptr;
}

void Mysql::open_sessions(const Host& client, const std::string& database, Time now) {
    const unsigned count = 2 + pick(3, client.name, "sessions");
    for (unsigned i = 0; i < count; ++i) {
        Session session;
        session.database = database;
        session.client = client.name;
        session.id = databases_.at(database).next_id++;
        session.port = 40'000 + static_cast<int>(pick(20'000, client.name, std::to_string(session.id)));
        session.since = now;
        sessions_.push_back(session);
    }
}

void Mysql::open_and_close_sessions(Time now, World& world) {
    if (databases_.empty()) return;  // on a site without any, no machine is looked at every time
    std::erase_if(sessions_, [now](const Session& session) { return !session.stuck && session.ends && *session.ends <= now; });
    const Host* target = database_for_clients(world);
    for (const auto& host : world.site->hosts) {
        if (!runs_software(*host)) continue;
        const bool runs = software_runs(*host, world);
        bool connected = false;
        for (Session& session : sessions_) {
            if (session.client != host->name || session.stuck || session.ends) continue;
            connected = true;
            // Calls and chats that are under way end one after the other.
            if (!runs) session.ends = now + spread(30s, 90s, host->name, std::to_string(session.id));
        }
        if (runs && !connected && target != nullptr) open_sessions(*host, target->name, now);
    }
}

}  // namespace rehearsal
