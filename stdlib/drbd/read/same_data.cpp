// Have the sides the same data? Three-valued: no conclusion is drawn from less than DRBD tells.
#include <fmt/format.h>

#include <algorithm>

#include "stdlib/drbd/read/status.hpp"

namespace stdlib::drbd {

namespace {

using lang::Value;

using Enum = std::shared_ptr<const lang::EnumType>;

/// Is it that word? A word that this program does not know says neither yes nor no.
Value is(const Enum& type, const std::string& told, std::string_view wanted, const char* what) {
    if (told.empty() || told == "DUnknown") return Value::unknown(fmt::format("DRBD does not know {}", what));
    return equal(Value::member(type, told), Value::member(type, wanted));
}

/// Every write goes to both sides; a verify only compares.
Value replicates(const View& view) {
    if (view.replication.empty()) return Value::unknown("DRBD does not say the replication");
    const Value told = Value::member(types().replication, view.replication);
    return told.is_unknown() ? told : Value(view.replication == "Established" || view.replication.starts_with("Verify"));
}

Value nothing_out_of_sync(const View& view) {
    if (!view.out_of_sync) return Value::unknown("DRBD does not say how much is out of sync");
    return *view.out_of_sync == 0;
}

/// Where nobody says why a disk is missing, it may be missing on purpose: no copy then, but nothing that ends by waiting either.
bool may_be_client(const std::string& disk, const std::optional<bool>& client) { return client.value_or(disk == "Diskless"); }

/// What one view tells of the two copies that it is about.
Value same_data(const View& view, bool other_copies) {
    const Value there = is(types().disk, view.peer_disk, "UpToDate", "the state of the peer's disk");
    if (other_copies && may_be_client(view.disk, view.client))
        return logical_and(Value::unknown("this host has no disk of its own: whether the others have the same data, they tell"), there);
    if (other_copies && may_be_client(view.peer_disk, view.peer_client))
        return Value::unknown("DRBD does not say whether the peer is without a disk on purpose");
    const Value here = is(types().disk, view.disk, "UpToDate", "the state of its disk");
    const Value connected = is(types().connection, view.connection, "Connected", "its connection");
    return logical_and(logical_and(logical_and(connected, replicates(view)), logical_and(here, there)), nothing_out_of_sync(view));
}

/// What keeps the two copies of one view from being alike, as far as DRBD tells it. No number in it: a wait tells what is new, and a number
/// is new with every look.
std::string lack(const View& view) {
    if (view.connection == "StandAlone")
        return "StandAlone: DRBD does not connect again by itself, however long it is waited for (drbd.connect does; after a split brain "
               "one "
               "side has to be discarded before)";
    const auto told = [](const std::string& state) { return state.empty() ? std::string("not told") : state; };
    if (!view.connection.empty() && view.connection != "Connected") return fmt::format("the connection to the peer is {}", view.connection);
    if (view.disk != "UpToDate" || view.peer_disk != "UpToDate")
        return fmt::format("its disk is {}, the peer's is {}, the replication is {}", told(view.disk), told(view.peer_disk),
                           told(view.replication));
    if (view.replication != "Established" && !view.replication.starts_with("Verify"))
        return fmt::format("the replication is {}", told(view.replication));
    return "some data are out of sync, though both disks are UpToDate";
}

}  // namespace

bool has_copy(const View& view) { return !view.peer_client.value_or(false); }

Value in_sync(const View& view) { return same_data(view, false); }

namespace {

/// Sides that have a copy of what this view is about, beside this host.
std::ptrdiff_t copies_elsewhere(const View& view, const std::vector<View>& views) {
    return std::count_if(views.begin(), views.end(), [&](const View& other) { return other.volume == view.volume && has_copy(other); });
}

}  // namespace

Value in_sync(const Views& read) {
    if (const auto* unknown = std::get_if<Value>(&read)) return *unknown;
    const auto& views = std::get<std::vector<View>>(read);
    if (views.empty()) return false;  // Down: nothing is replicated.
    Value all = true;
    for (const View& view : views) {
        const auto copies = copies_elsewhere(view, views);
        if (copies == 0) return false;  // Nobody else has one.
        if (has_copy(view)) all = logical_and(all, same_data(view, copies > 1));
    }
    return all;
}

Value against_sync(const Views& read, std::string_view resource, std::string_view host) {
    const Value whole = in_sync(read);
    if (whole.is_unknown()) return whole;
    if (whole.boolean()) return Value::list({});
    const auto& views = std::get<std::vector<View>>(read);
    std::vector<std::string> all;
    for (const View& view : views) {
        const Value same = has_copy(view) ? same_data(view, copies_elsewhere(view, views) > 1) : Value(true);
        if (same.is_unknown() || same.boolean()) continue;
        std::string one = lack(view);
        if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(std::move(one));
    }
    if (all.empty()) all.emplace_back(views.empty() ? "it is down: nothing is replicated" : "nobody else has a copy of the data");
    std::vector<Value> told;
    for (const std::string& one : all) told.emplace_back(fmt::format("{} on {}: {}", resource, host, one));
    return Value::list(std::move(told));
}

}  // namespace stdlib::drbd
