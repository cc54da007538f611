#include "stdlib/haproxy/read/workers.hpp"

#include <fmt/format.h>

#include <cctype>
#include <string_view>
#include <vector>

#include "stdlib/haproxy/page.hpp"
#include "stdlib/haproxy/socket.hpp"
#include "stdlib/support/scan.hpp"

namespace stdlib::haproxy {

namespace {

using lang::Value;
using runtime::Command;
using runtime::Context;
using runtime::Reply;

std::string master_of(const Context& context) { return setting(context, "master").value_or("/run/haproxy-master.sock"); }

/// "3347 since 0d00h12m05s" of a line of the table. Its columns are other ones in 1.9, 2.0 and later: the uptime is told by its shape.
std::string process_in_short(std::string_view line) {
    std::string pid, uptime;
    for (const std::string_view word : support::words(line)) {
        const auto unit = word.find('d');
        if (pid.empty()) {
            pid = word;
        } else if (unit != std::string_view::npos && unit + 3 < word.size() && word[unit + 3] == 'h' && word.ends_with('s')) {
            uptime = word;
        }
    }
    return uptime.empty() ? pid : fmt::format("{} since {}", pid, uptime);
}

}  // namespace

runtime::Read find_master() {
    return {.commands =
                [](const Context& context) {
                    if (has_page(context)) return std::vector<Command>{};
                    return std::vector{Command::program({"test", "-S", master_of(context), "-a", "-w", master_of(context)})};
                },
            .value = [](std::span<const Reply> replies, const Context& context) -> Value {
                if (replies.empty()) return "";
                const Reply& reply = replies.front();
                if (reply.ok()) return master_of(context);
                return reply.ending == runtime::Ending::Exited ? Value("") : support::unreadable(reply.describe(), reply.err);
            }};
}

std::optional<Command> show_workers(const Context& context) {
    const auto found = context.detected.find(detected_master);
    if (found == context.detected.end() || found->second.is_unknown() || found->second.text().empty()) return std::nullopt;
    return send_to(found->second.text(), context, "show proc");
}

std::optional<Value> old_workers(const Reply& reply, const Context& context) {
    if (auto why = refusal(reply, master_of(context))) return support::unreadable(*why, reply.err);
    std::vector<std::string> old;
    bool is_table = false, is_old = false;
    for (const std::string_view line : support::lines(reply.out)) {
        if (line.starts_with('#')) {
            is_table |= line.starts_with("#<PID>");
            is_old = line.starts_with("# old workers");
        } else if (is_old && !line.empty() && std::isdigit(static_cast<unsigned char>(line.front())) != 0) {
            old.push_back(process_in_short(line));
        }
    }
    if (!is_table) return support::unreadable("the answer to `show proc` is not a table of processes", reply.out);
    if (old.empty()) return std::nullopt;
    return Value(fmt::format("{} from before a reload still {}: {}", old.size() == 1 ? "a worker" : fmt::format("{} workers", old.size()),
                             old.size() == 1 ? "runs" : "run", fmt::join(old, ", ")));
}

}  // namespace stdlib::haproxy
