// What speaks against making a resource Primary here, all of it at once.
#include <fmt/format.h>

#include <algorithm>

#include "stdlib/drbd/read/status.hpp"

namespace stdlib::drbd {

namespace {

using lang::Value;

class Findings {
  public:
    Findings(const std::vector<View>& views, std::string_view resource, std::string_view host)
        : where_(fmt::format("{} on {}", resource, host)),
          many_peers_(std::any_of(views.begin(), views.end(), [&](const View& view) { return view.peer != views.front().peer; })),
          many_volumes_(std::any_of(views.begin(), views.end(), [&](const View& view) { return view.volume != views.front().volume; })) {}

    std::string peer(const View& view) const { return many_peers_ ? view.peer : "the peer"; }
    void add(const View& view, const std::string& what) { tell(place(view) + what); }
    void tell(const std::string& what) {
        if (std::find(told_.begin(), told_.end(), what) != told_.end()) return;
        told_.push_back(what);
        found.emplace_back(fmt::format("{}: {}", where_, what));
    }
    void unclear(const View& view, std::string_view what) {
        found.push_back(Value::unknown(fmt::format("{}: {}DRBD does not say {}", where_, place(view), what)));
    }
    std::vector<Value> found;

  private:
    std::string place(const View& view) const { return many_volumes_ ? fmt::format("volume {}: ", view.volume) : ""; }
    std::string where_;
    bool many_peers_, many_volumes_;
    std::vector<std::string> told_;
};

void look_at_disk(const View& view, Findings& findings) {
    if (view.disk.empty() || view.disk == "DUnknown") return findings.unclear(view, "the state of its disk");
    if (view.disk != "UpToDate") findings.add(view, fmt::format("its disk is {}, not UpToDate", view.disk));
}

void look_at_peer(const View& view, Findings& findings) {
    if (view.connection.empty()) return findings.unclear(view, "its connection");
    if (view.connection == "StandAlone" && view.out_of_sync.value_or(0) > 0)
        findings.tell(fmt::format("a split brain is suspected: StandAlone, and {} lacks data", findings.peer(view)));
    if (view.connection != "Connected")
        return findings.tell(fmt::format("the connection to {} is {}: it may be Primary unseen", findings.peer(view), view.connection));
    if (view.peer_role == "Primary") findings.tell(findings.peer(view) + " is Primary");
    if (view.peer_role.empty() || view.peer_role == "Unknown") findings.unclear(view, "the role of " + findings.peer(view));
    if (view.replication.empty()) return findings.unclear(view, "the replication");
    if (view.replication != "Established")
        findings.add(view, fmt::format("the replication with {} is {}", findings.peer(view), view.replication));
    if (!view.out_of_sync) return findings.unclear(view, "how much is out of sync");
    if (*view.out_of_sync > 0) findings.add(view, fmt::format("{} KiB are out of sync with {}", *view.out_of_sync, findings.peer(view)));
}

}  // namespace

Value against_promotion(const Views& read, std::string_view resource, std::string_view host) {
    if (const auto* unknown = std::get_if<Value>(&read)) return *unknown;
    const auto& views = std::get<std::vector<View>>(read);
    if (views.empty()) return Value::list({fmt::format("{} is down on {}", resource, host)});
    Findings findings(views, resource, host);
    for (const View& view : views) {
        look_at_disk(view, findings);
        look_at_peer(view, findings);
    }
    return Value::list(std::move(findings.found));
}

}  // namespace stdlib::drbd
