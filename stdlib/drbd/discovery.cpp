#include "stdlib/drbd/discovery.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "stdlib/support/findings.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::drbd {

namespace {

using runtime::Discovery;
using runtime::FoundMachine;

/// Its resources.
runtime::Finding look(runtime::AskedMachine& machine) {
    const runtime::Reply reply = machine.ask(runtime::Command::program({"drbdadm", "sh-resources"}));
    if (!reply.ok()) return support::is_absent(reply) ? runtime::Finding{} : support::not_known("DRBD resources", reply.describe());
    const auto words = support::words(reply.out);
    return support::found({words.begin(), words.end()});
}

/// What a cluster manager moves stands in its cluster (stdlib/pcs/discovery.cpp), and need not be said of each machine.
std::vector<std::string> without_manager(const FoundMachine& machine) {
    return machine.found_by("pcs").is_nothing() ? support::texts_in(machine.found_by("drbd")) : std::vector<std::string>{};
}

}  // namespace

Discovery discovery() {
    return {.layer = Discovery::Layer::Storage,
            .look = look,
            .summary = [](const lang::Value& what) { return fmt::format("DRBD {}", fmt::join(support::texts_in(what), ", ")); },
            .fact = runtime::FoundFact{
                .name = "drbd", .doc = "a DRBD resource that no cluster manager has in its hands", .texts = without_manager}};
}

}  // namespace stdlib::drbd
