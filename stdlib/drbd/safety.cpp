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
    if (view.suspended) findings.tell("its I/O is suspended");
    if (!view.quorum.value_or(true)) findings.add(view, "it has no quorum: too few of the nodes are seen");
    if (view.disk.empty() || view.disk == "DUnknown") return findings.unclear(view, "the state of its disk");
    const char* why = view.client.value_or(false) ? ", on purpose" : "";
    if (view.disk != "UpToDate") findings.add(view, fmt::format("its disk is {}{}, not UpToDate", view.disk, why));
}

/// Has the peer what is here? Not asked of one that has no disk on purpose.
void look_at_copy(const View& view, Findings& findings) {
    const std::string peer = findings.peer(view);
    if (view.peer_disk.empty() || view.peer_disk == "DUnknown") {
        findings.unclear(view, "the state of the disk of " + peer);
    } else if (view.peer_disk != "UpToDate") {
        findings.add(view, fmt::format("the disk of {} is {}, not UpToDate", peer, view.peer_disk));
    }
    if (view.replication.empty()) return findings.unclear(view, "the replication");
    if (view.replication != "Established") findings.add(view, fmt::format("the replication with {} is {}", peer, view.replication));
    if (!view.out_of_sync) return findings.unclear(view, "how much is out of sync");
    if (*view.out_of_sync > 0) findings.add(view, fmt::format("{} KiB are out of sync with {}", *view.out_of_sync, peer));
}

void look_at_peer(const View& view, Findings& findings) {
    if (view.connection.empty()) return findings.unclear(view, "its connection");
    if (view.connection == "StandAlone" && !view.out_of_sync) findings.unclear(view, "how much is out of sync");
    if (view.connection == "StandAlone" && view.out_of_sync.value_or(0) > 0)
        findings.tell(fmt::format("a split brain is suspected: StandAlone, and {} lacks data", findings.peer(view)));
    if (view.connection != "Connected")
        return findings.tell(fmt::format("the connection to {} is {}: it may be Primary unseen", findings.peer(view), view.connection));
    if (view.peer_role == "Primary") findings.tell(findings.peer(view) + " is Primary");
    if (view.peer_role.empty() || view.peer_role == "Unknown") findings.unclear(view, "the role of " + findings.peer(view));
    if (has_copy(view)) look_at_copy(view, findings);
}

}  // namespace

Value against_promotion(const Views& read, std::string_view resource, std::string_view host) {
    if (const auto* unknown = std::get_if<Value>(&read)) return *unknown;
    const auto& views = std::get<std::vector<View>>(read);
    if (views.empty()) return Value::list({fmt::format("{} is down on {}", resource, host)});
    Findings findings(views, resource, host);
    if (std::none_of(views.begin(), views.end(), has_copy)) findings.tell("no peer has a disk: there is no other copy of the data");
    for (const View& view : views) {
        look_at_disk(view, findings);
        look_at_peer(view, findings);
    }
    return Value::list(std::move(findings.found));
}

}  // namespace stdlib::drbd
