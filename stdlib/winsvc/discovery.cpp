#include "stdlib/winsvc/discovery.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "stdlib/support/findings.hpp"
#include "stdlib/support/shape.hpp"
#include "stdlib/winsvc/roster.hpp"
#include "stdlib/winsvc/script.hpp"

namespace stdlib::winsvc {

namespace {

using runtime::FoundMachine;

runtime::Finding look(runtime::AskedMachine& machine) {
    const runtime::Reply reply = machine.ask(own_states_script());
    const auto all = reply.ok() ? roster_from_powershell(reply.out) : std::nullopt;
    if (!all) return support::not_known("Windows services", reply.ok() ? "the answer could not be read" : reply.describe());
    std::vector<std::string> names;
    for (const Entry& entry : all->entries) names.push_back(entry.name);
    runtime::Finding finding = support::found(names);
    if (!all->whole) finding.unknown = support::not_known("Windows services", "some of them were not told").unknown;
    return finding;
}

}  // namespace

runtime::Discovery discovery() {
    return {.layer = runtime::Discovery::Layer::Software,
            .os = lang::Os::Windows,
            .look = look,
            .summary = [](const lang::Value& services) { return fmt::format("{}", fmt::join(support::texts_in(services), ", ")); },
            .fact = runtime::FoundFact{.name = "services",
                                       .is_list = true,
                                       .doc = "Windows services that are no part of Windows",
                                       .texts = [](const FoundMachine& machine) { return support::texts_in(machine.found_by("winsvc")); }}};
}

}  // namespace stdlib::winsvc
