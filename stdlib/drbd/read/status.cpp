#include "stdlib/drbd/read/status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include "stdlib/support/readers.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::drbd {

namespace {

using lang::Kind;
using lang::Type;
using lang::Value;
using support::enumeration;

using Enum = std::shared_ptr<const lang::EnumType>;

Types make_types() {
    Types made;
    made.role = enumeration("drbd.Role", {"Down", "Primary", "Secondary"});
    made.disk = enumeration(
        "drbd.Disk", {"Diskless", "Attaching", "Detaching", "Failed", "Negotiating", "Inconsistent", "Outdated", "Consistent", "UpToDate"});
    made.connection = enumeration("drbd.Connection", {"Down", "StandAlone", "Disconnecting", "Unconnected", "Timeout", "BrokenPipe",
                                                      "NetworkFailure", "ProtocolError", "TearDown", "Connecting", "Connected"});
    made.replication =
        enumeration("drbd.Replication", {"Off", "Ahead", "Behind", "StartingSyncS", "StartingSyncT", "WFBitMapS", "WFBitMapT", "WFSyncUUID",
                                         "PausedSyncS", "PausedSyncT", "SyncSource", "SyncTarget", "VerifyS", "VerifyT", "Established"});
    made.status = support::record_type(
        "drbd.Status",
        {
            {"role", Type::of(made.role), "role on this host; Down where the resource is not up"},
            {"peer_role", Type::of(made.role), "role of the peer; unknown while the peer is not seen"},
            {"disk", Type::of(made.disk), "the disk on this host"},
            {"peer_disk", Type::of(made.disk),
             "the disk of the peer, as this host knows it; unknown while the peer is not seen. A peer that has none on purpose (DRBD 9) "
             "does "
             "not count where another has one"},
            {"connection", Type::of(made.connection), "Connecting is what /proc/drbd of 8.4 calls WFConnection"},
            {"replication", Type::of(made.replication), "Established: every write goes to both sides"},
            {"synced", Kind::Float, "percent; 100 when in sync, unknown while not connected or paused"},
            {"out_of_sync", Kind::Int, "KiB that the sides do not have in common, as this host knows"},
            {"split_brain_suspected", Kind::Bool,
             "StandAlone, and this side has data that the peer lacks: either a split brain or a disconnect with writes since; "
             "the kernel log tells which. Unknown where DRBD does not say how much is out of sync"},
            {"open", Kind::Bool,
             "true while something is known to use the device; else unknown, never false: DRBD says no also where it does not know"},
        });
    return made;
}

/// The word as a member; the words for "not seen" and silence are unknown.
Value word(const Enum& type, const std::string& text, std::string_view what, const std::string& connection) {
    if (text.empty()) return Value::unknown(fmt::format("DRBD does not say {}", what));
    if (text == "Unknown" || text == "DUnknown") {
        return Value::unknown(fmt::format("DRBD does not know {} while the connection is {}", what, connection), text);
    }
    return Value::member(type, text);
}

/// The worst: one that is unknown, else the member that stands first.
Value worst(const std::vector<Value>& values) {
    const auto unknown = std::find_if(values.begin(), values.end(), [](const Value& value) { return value.is_unknown(); });
    if (unknown != values.end()) return *unknown;
    return *std::min_element(values.begin(), values.end(),
                             [](const Value& a, const Value& b) { return a.member().index < b.member().index; });
}

Value synced(const View& view) {
    if (view.connection != "Connected") return Value::unknown(fmt::format("the connection is {}", view.connection));
    const Value whole = in_sync(view);
    if (!whole.is_unknown() && whole.boolean()) return 100.0;
    // DRBD rounds: what lacks a few KiB is not a hundred percent.
    constexpr double almost = 99.99;
    if (view.synced && *view.synced < 100) return *view.synced;
    if (view.synced && view.out_of_sync.value_or(0) > 0) return almost;
    if (!view.out_of_sync) return Value::unknown("DRBD does not say how much is out of sync");
    return Value::unknown(fmt::format("DRBD shows no progress while the replication is {}", view.replication));
}

Value least(const std::vector<Value>& percents) {
    const Value* least = &percents.front();
    for (const Value& percent : percents) {
        if (percent.is_unknown()) return percent;
        if (percent.number() < least->number()) least = &percent;
    }
    return *least;
}

Value total_out_of_sync(const std::vector<View>& views) {
    std::int64_t total = 0;
    for (const View& view : views) {
        if (!view.out_of_sync) return Value::unknown("DRBD does not say how much is out of sync");
        if (__builtin_add_overflow(total, *view.out_of_sync, &total)) return Value::unknown("more is out of sync than can be counted");
    }
    return total;
}

bool has_bitmap(const View& view) {
    static constexpr std::array with{"Negotiating", "Inconsistent", "Outdated", "Consistent", "UpToDate"};
    return std::find(with.begin(), with.end(), view.disk) != with.end();
}

/// StandAlone, and this side has what the peer lacks? Without a disk there is nothing that could tell.
Value split_brain_suspected(const std::vector<View>& views) {
    Value suspected = false;
    for (const View& view : views) {
        if (view.connection.empty()) suspected = logical_or(suspected, Value::unknown("DRBD does not say its connection"));
        if (view.connection != "StandAlone" || view.client.value_or(false)) continue;
        const bool counted = view.out_of_sync && (*view.out_of_sync > 0 || has_bitmap(view));
        suspected = logical_or(suspected, counted ? Value(*view.out_of_sync > 0)
                                                  : Value::unknown("it is StandAlone, and DRBD does not say how much is out of sync"));
    }
    return suspected;
}

Value down() {
    const Value nothing = Value::unknown("the resource is down on this host");
    const Types& t = types();
    return support::record(t.status, {{"role", Value::member(t.role, "Down")},
                                      {"peer_role", nothing},
                                      {"disk", nothing},
                                      {"peer_disk", nothing},
                                      {"connection", Value::member(t.connection, "Down")},
                                      {"replication", Value::member(t.replication, "Off")},
                                      {"synced", nothing},
                                      {"out_of_sync", nothing},
                                      {"split_brain_suspected", false},
                                      {"open", nothing}});
}

}  // namespace

const Types& types() {
    static const Types all = make_types();
    return all;
}

Value status(const Views& read) {
    if (const auto* unknown = std::get_if<Value>(&read)) return *unknown;
    const auto& views = std::get<std::vector<View>>(read);
    if (views.empty()) return down();
    const Types& t = types();
    const auto each = [&](const std::vector<View>& of, auto&& value_of) {
        std::vector<Value> values;
        for (const View& view : of) values.push_back(value_of(view));
        return values;
    };
    const auto each_word = [&](const Enum& type, std::string View::*member, std::string_view what, const std::vector<View>& of) {
        return worst(each(of, [&](const View& view) { return word(type, view.*member, what, view.connection); }));
    };
    // Of who has no copy there is nothing to be told but where it is, and as what.
    std::vector<View> copies;
    std::copy_if(views.begin(), views.end(), std::back_inserter(copies), has_copy);
    if (copies.empty()) copies = views;
    const bool used = std::any_of(views.begin(), views.end(), [](const View& view) { return view.open; });
    return support::record(t.status, {{"role", each_word(t.role, &View::role, "its role", views)},
                                      {"peer_role", each_word(t.role, &View::peer_role, "the peer's role", views)},
                                      {"disk", each_word(t.disk, &View::disk, "the state of its disk", views)},
                                      {"peer_disk", each_word(t.disk, &View::peer_disk, "the state of the peer's disk", copies)},
                                      {"connection", each_word(t.connection, &View::connection, "its connection", views)},
                                      {"replication", each_word(t.replication, &View::replication, "the replication", copies)},
                                      {"synced", least(each(copies, synced))},
                                      {"out_of_sync", total_out_of_sync(copies)},
                                      {"split_brain_suspected", split_brain_suspected(views)},
                                      {"open", used ? Value(true) : Value::unknown("DRBD does not prove that nothing uses the device")}});
}

std::optional<std::vector<int>> minors(std::string_view sh_minor) {
    constexpr std::int64_t last = 0xFFFFF;
    std::vector<int> found;
    for (const std::string_view line : support::lines(sh_minor)) {
        const auto minor = support::integer(support::trimmed(line));
        if (!minor || *minor < 0 || *minor > last) return std::nullopt;
        found.push_back(static_cast<int>(*minor));
    }
    if (found.empty()) return std::nullopt;
    return found;
}

namespace {

/// "8.4.11" of a line `KEY=0x08040b`.
Value version_code(std::string_view drbdadm_version, std::string_view key, const char* of, const char* none) {
    for (const std::string_view line : support::lines(drbdadm_version)) {
        if (!line.starts_with(key) || !line.substr(key.size()).starts_with("=0x")) continue;
        const std::string_view digits = support::trimmed(line.substr(key.size() + 3));
        unsigned code = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
        if (error != std::errc{} || end != digits.data() + digits.size()) break;
        if (code == 0) return Value::unknown(none);
        return fmt::format("{}.{}.{}", code >> 16 & 0xFF, code >> 8 & 0xFF, code & 0xFF);
    }
    return Value::unknown(
        fmt::format("`drbdadm --version` does not tell the version of {}: {}", of, support::quoted_output(drbdadm_version)),
        std::string(drbdadm_version.substr(0, 1000)));
}

}  // namespace

Value version(std::string_view drbdadm_version) {
    return version_code(drbdadm_version, "DRBD_KERNEL_VERSION_CODE", "the kernel module",
                        "drbdadm finds no DRBD kernel module on this host");
}

Value utils_version(std::string_view drbdadm_version) {
    return version_code(drbdadm_version, "DRBDADM_VERSION_CODE", "drbd-utils", "drbdadm does not know its own version");
}

std::optional<std::string> no_resource(std::string_view resource) {
    if (auto why = support::no_name_of("a DRBD resource", resource)) return why;
    if (resource == "all") return "`all` is every DRBD resource of the machine, and one is meant";
    if (resource.find('/') != std::string_view::npos) return fmt::format("'{}' is a volume: name its resource", resource);
    return std::nullopt;
}

lang::Parameter resource_parameter() {
    return {.name = "resource",
            .type = lang::Kind::Text,
            .doc = "name of the DRBD resource",
            .names = "pacemaker.drbd",
            .reads = support::text_reader(no_resource)};
}

}  // namespace stdlib::drbd
