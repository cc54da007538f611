// /proc/drbd of DRBD 8.4:
//
//   version: 8.4.11 (api:1/proto:86-101)
//    0: cs:SyncSource ro:Primary/Secondary ds:UpToDate/Inconsistent C r-----
//       ns:8632 nr:0 … oos:253468
//       [>....................] sync'ed:  4.7% (253468/262100)K
#include <fmt/format.h>

#include <map>

#include "stdlib/drbd/read/status.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::drbd {

namespace {

using lang::Value;

/// 8.4 has one state for both: up to Connected it is about the connection, beyond about the replication over it.
void set_connection(View& view, std::string_view cs) {
    if (cs == "WFConnection" || cs == "WFReportParams") cs = "Connecting";
    if (cs == "Connected") {
        view.connection = cs;
        view.replication = "Established";
    } else if (types().replication->find(cs)) {
        view.connection = "Connected";
        view.replication = cs;
    } else {
        view.connection = cs;
        if (types().connection->find(cs)) view.replication = "Off";
    }
}

/// "Primary/Unknown": this side and the peer.
void set_pair(std::string& here, std::string& there, std::string_view pair) {
    const auto slash = pair.find('/');
    if (slash == std::string_view::npos) return;
    here = pair.substr(0, slash);
    there = pair.substr(slash + 1);
}

/// The minor with which a line begins: " 0: cs:…".
std::optional<int> minor_of(std::string_view line) {
    const std::string_view text = support::trimmed(line);
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || !text.substr(colon).starts_with(": cs:")) return std::nullopt;
    const auto minor = support::integer(text.substr(0, colon));
    if (!minor || *minor < 0 || *minor > 0xFFFFF) return std::nullopt;
    return static_cast<int>(*minor);
}

/// "r-----", the last word of a minor's line: the first letter is `s` where its I/O is suspended.
bool is_suspended(std::string_view line) {
    const auto words = support::words(line);
    constexpr std::size_t fewest = 4;  // 8.0 has four of them, 8.4 six
    return !words.empty() && words.back().size() >= fewest && words.back().find(':') == std::string_view::npos &&
           words.back().starts_with('s');
}

void read_words(View& view, std::string_view line) {
    for (const std::string_view word : support::words(line)) {
        if (word.starts_with("cs:")) set_connection(view, word.substr(3));
        // Before 8.3 the roles were called the state.
        if (word.starts_with("ro:") || word.starts_with("st:")) set_pair(view.role, view.peer_role, word.substr(3));
        if (word.starts_with("ds:")) set_pair(view.disk, view.peer_disk, word.substr(3));
        if (word.starts_with("oos:")) view.out_of_sync = support::integer(word.substr(4));
    }
}

void read_progress(View& view, std::string_view line) {
    constexpr std::string_view key = "sync'ed:";
    const auto at = line.find(key);
    if (at == std::string_view::npos) return;
    const std::string_view rest = line.substr(at + key.size());
    view.synced = support::real(support::trimmed(rest.substr(0, rest.find('%'))));
}

/// The minors that are set up. A minor that is going up or down says `cs:Unconfigured` and nothing more: it is not.
std::map<int, View> views(std::string_view proc_drbd) {
    std::map<int, View> found;
    View* current = nullptr;
    for (const std::string_view line : support::lines(proc_drbd)) {
        if (const auto minor = minor_of(line)) {
            const bool configured = line.find("cs:Unconfigured") == std::string_view::npos;
            current = configured ? &found[*minor] : nullptr;
            if (current != nullptr) {
                current->suspended = is_suspended(line);
                current->client = current->peer_client = false;  // That came with DRBD 9.
            }
        }
        if (current == nullptr) continue;
        read_words(*current, line);
        read_progress(*current, line);
    }
    return found;
}

}  // namespace

Views views_from_proc(std::string_view proc_drbd, const std::vector<int>& minors) {
    const auto unknown = [&](std::string why) { return Value::unknown(std::move(why), std::string(proc_drbd.substr(0, 1000))); };
    if (!proc_drbd.starts_with("version: "))
        return unknown("/proc/drbd does not begin with a version: " + support::quoted_output(proc_drbd));
    // DRBD 9 left only the version in it: no line about a minor would look like a resource that is down.
    if (!proc_drbd.starts_with("version: 8.")) return unknown("/proc/drbd tells nothing of resources since DRBD 9");
    // What is cut off in the middle of a number is another number, and what would come after it is not known.
    const bool cut = !proc_drbd.ends_with('\n');
    const auto all = views(cut ? proc_drbd.substr(0, proc_drbd.rfind('\n') + 1) : proc_drbd);
    std::vector<View> ours;
    for (const int minor : minors) {
        if (const auto view = all.find(minor); view != all.end()) ours.push_back(view->second);
    }
    if (ours.size() < minors.size() && cut) return unknown("/proc/drbd ends in the middle of a line");
    if (!ours.empty() && ours.size() < minors.size())
        return unknown(fmt::format("only {} of {} volumes are up", ours.size(), minors.size()));
    for (std::size_t i = 0; i < ours.size(); ++i) ours[i].volume = static_cast<std::int64_t>(i);
    return ours;
}

}  // namespace stdlib::drbd
