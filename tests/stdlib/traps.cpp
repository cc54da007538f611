// docs/traps.md is the table of what is known to go wrong: its rows name tests that exist. Some of those tests are here: what holds for
// all commands of a module is told by no single fixture.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "lang/check/api.hpp"
#include "stdlib/all.hpp"
#include "stdlib/support/scan.hpp"

namespace {

using lang::Value;
using runtime::Builtin;

std::string contents_of(const std::string& path) {
    std::ifstream in(std::filesystem::path(PROCRUN_SOURCE_DIR) / path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

struct Row {
    int number = 0;
    std::string section;
    std::vector<std::string> cells;
};

std::vector<Row> rows() {
    std::vector<Row> found;
    std::istringstream in(contents_of("docs/traps.md"));
    std::string section;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("## ")) section = line.substr(3);
        if (!line.starts_with("| ")) continue;
        Row row{.section = section};
        const auto cells = stdlib::support::split(std::string_view(line).substr(1, line.size() - 2), '|');
        for (const std::string_view cell : cells) row.cells.emplace_back(stdlib::support::trimmed(cell));
        const auto number = stdlib::support::integer(row.cells.front());
        if (!number) continue;
        row.number = static_cast<int>(*number);
        found.push_back(std::move(row));
    }
    return found;
}

/// The words of every command that an action of the module may send to an r0 or a grp on store1, whichever of its options are on.
void each_command(const std::string& module, const std::function<void(const std::string& builtin, const std::string& line)>& look) {
    const runtime::Registry registry(stdlib::all());
    lang::Site site;
    lang::Host& host = *site.hosts.emplace_back(std::make_unique<lang::Host>());
    host.name = "store1";
    for (std::size_t i = 0; i < registry.catalog().size(); ++i) {
        const lang::Signature& signature = registry.catalog()[i];
        const auto* action = std::get_if<runtime::Action>(&registry[i].parts);
        if (signature.module != module || action == nullptr) continue;
        for (const bool options : {false, true}) {
            std::vector<Value> values;
            for (const lang::Parameter& parameter : signature.parameters) {
                const lang::Kind kind = parameter.type.kind();
                values.push_back(kind == lang::Kind::Bool ? Value(options) : kind == lang::Kind::Host ? Value(&host) : Value("r0"));
            }
            const runtime::Arguments arguments(signature, values);
            const runtime::Detected detected;
            const runtime::Context context{.arguments = arguments, .host = &host, .site = &site, .detected = detected};
            for (const runtime::Command& command : action->probe->commands(context))
                look(signature.full_name(), fmt::format("{}", fmt::join(command.words(), " ")));
            look(signature.full_name() + " touches", [&] {
                std::string touched;
                for (const auto& footprint : action->touches(context)) touched += footprint.system + " " + footprint.object + ";";
                return touched;
            }());
        }
    }
}

}  // namespace

TEST_CASE("every row of docs/traps.md names tests that exist, in the order of the numbers, and no trap of its sections is left out") {
    static const std::map<std::string, std::pair<int, int>> sections{{"DRBD", {1, 14}},     {"Pacemaker", {15, 25}}, {"MySQL", {26, 36}},
                                                                     {"HAProxy", {37, 41}}, {"systemd", {42, 43}},   {"Windows", {44, 45}},
                                                                     {"SSH", {46, 47}}};
    std::map<std::string, std::set<int>> seen;
    for (const Row& row : rows()) {
        CAPTURE(row.number);
        REQUIRE(row.cells.size() == 5);
        CHECK(seen[row.section].insert(row.number).second);
        for (const std::string& cell : row.cells) CHECK_FALSE(cell.empty());
        for (const std::string_view test : stdlib::support::split(row.cells.back(), ';')) {
            const std::string_view cited = stdlib::support::trimmed(test);
            const auto end = cited.find("`: ");
            REQUIRE(cited.starts_with('`'));
            REQUIRE(end != std::string_view::npos);
            const std::string file(cited.substr(1, end - 1)), name(cited.substr(end + 3));
            CHECK_MESSAGE(contents_of(file).find(name) != std::string::npos, file, " has no test '", name, "'");
        }
    }
    CHECK_FALSE(seen.empty());
    for (const auto& entry : seen) {
        const auto& section = std::get<0>(entry);
        const auto& numbers = std::get<1>(entry);
        CAPTURE(section);
        REQUIRE(sections.contains(section));
        const auto [first, last] = sections.at(section);
        CHECK(*numbers.begin() == first);
        CHECK(*numbers.rbegin() == last);
        CHECK(numbers.size() == static_cast<std::size_t>(last - first + 1));
    }
}

TEST_CASE("trap 1: a switch by hand is one verb, whose order is the manual's; trap 13: the roles are read again after every mount") {
    const std::string procedure = "import \"switch.proc\"\nstep \"Switch\" { switch_storage(\"r0\", from: store1, to: store2) }\n";
    const runtime::Registry registry(stdlib::all());
    const lang::Checked checked = lang::check({.procedure = "main.proc",
                                               .site = "site.proc",
                                               .parameters = {},
                                               .load = [&](const std::string& path) -> std::optional<std::string> {
                                                   if (path == "main.proc") return procedure;
                                                   if (path == "switch.proc") return contents_of("procedures/drbd/switch.proc");
                                                   if (path == "site.proc")
                                                       return "site \"two stores\"\nhost store1 { os linux }\nhost store2 { os linux }\n";
                                                   return std::nullopt;
                                               },
                                               .catalog = &registry.catalog()});
    std::string complaints;
    for (const lang::Diagnostic& diagnostic : checked.diagnostics) complaints += diagnostic.code + " " + diagnostic.message + "; ";
    CHECK_MESSAGE(checked.program != nullptr, complaints);

    const std::string text = contents_of("procedures/drbd/switch.proc");
    std::size_t at = text.find("define action switch_storage");
    for (const char* next :
         {"drbd.in_sync(resource) on to", "release(from)", "drbd.secondary(resource)", "drbd.safe_to_promote(resource) on from",
          "drbd.primary(resource)  within", "role on to == Primary", "take(to)", "role on to == Primary"}) {
        at = text.find(next, at);
        CHECK_MESSAGE(at != std::string::npos, next, " is missing or comes too early");
        ++at;
    }
}

TEST_CASE("trap 5: nothing forces a promotion, throws data away or declares a disk bad") {
    const std::string sources = contents_of("stdlib/drbd/actions.cpp") + contents_of("stdlib/drbd/module.cpp");
    for (const char* word : {"--force", "overwrite-data-of-peer", "discard-my-data", "\"invalidate", "new-current-uuid"}) {
        CHECK_MESSAGE(sources.find(word) == std::string::npos, word);
    }
}

TEST_CASE("trap 8: what moves resources in a cluster touches all of DRBD, so that whoever reads it later reads it anew") {
    int seen = 0;
    each_command("pcs", [&](const std::string& of, const std::string& line) {
        if (!of.ends_with(" touches")) return;
        CHECK_MESSAGE(line.find("drbd *") != std::string::npos, of);
        ++seen;
    });
    CHECK(seen > 0);
}

TEST_CASE("trap 18: no command of pcs asks the tools to wait") {
    const std::string sources =
        contents_of("stdlib/pcs/actions.cpp") + contents_of("stdlib/pcs/preview.cpp") + contents_of("stdlib/pcs/read/values.cpp");
    CHECK(sources.find("\"--wait") == std::string::npos);
    CHECK(sources.find("crm_resource --wait") == std::string::npos);
    each_command("pcs",
                 [&](const std::string& of, const std::string& line) { CHECK_MESSAGE(line.find("--wait") == std::string::npos, of); });
}
