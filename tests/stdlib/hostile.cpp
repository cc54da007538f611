// Output is hostile: whatever comes, a reader answers, and what cannot be read is unknown. Run with the sanitizers on.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "stdlib/drbd/read/status.hpp"
#include "stdlib/pcs/preview.hpp"
#include "stdlib/pcs/read/cluster.hpp"
#include "stdlib/pcs/read/constraints.hpp"
#include "stdlib/pcs/read/values.hpp"
#include "stdlib/text/path.hpp"
#include "stdlib/text/pattern.hpp"
#include "tests/support/mutation/mutate.hpp"

namespace {

namespace fs = std::filesystem;

/// What a system's tools have printed: for its readers alone, and what its model is held against as well.
std::vector<std::string> recordings(const char* module, const char* system) {
    std::vector<std::string> found;
    const fs::path tests = fs::path(PROCRUN_SOURCE_DIR) / "tests";
    for (const fs::path& folder : {tests / "stdlib" / module / "fixtures", tests / "recordings" / system}) {
        for (const auto& entry : fs::directory_iterator(folder)) {
            std::ifstream in(entry.path(), std::ios::binary);
            found.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
        }
    }
    return found;
}

}  // namespace

TEST_CASE("any bytes in DRBD's outputs give a status or an unknown") {
    using namespace stdlib::drbd;
    int read = 0;
    support::with_damage(recordings("drbd", "drbd"), [&](const std::string& text) {
        for (const Views& views : {views_from_proc(text, {0}), views_from_json(text, "r0"), views_from_events(text, "r0")}) {
            const lang::Value value = status(views), both = in_sync(views);
            if (value.is_unknown()) continue;
            ++read;
            CHECK(value.record().fields.size() == types().status->fields.size());
            if (both.is_unknown() || !both.boolean()) continue;
            for (const char* disk : {"disk", "peer_disk"}) CHECK(value.field(disk).show() == "UpToDate");
            CHECK(value.field("out_of_sync").show() == "0");
            CHECK(value.field("synced").show() == "100");
        }
        summary_from_events(text);
        against_promotion(views_from_json(text, "r0"), "r0", "store1");
        minors(text);
        version(text);
        utils_version(text);
    });
    CHECK(read > 0);
}

TEST_CASE("any bytes in crm_mon's XML give a cluster or a reason") {
    using namespace stdlib::pcs;
    int clusters = 0, reasons = 0;
    support::with_damage(recordings("pcs", "pacemaker"), [&](const std::string& text) {
        const Reading reading = read(std::string_view(text));
        if (const auto* unreadable = std::get_if<Unreadable>(&reading)) {
            CHECK_FALSE(unreadable->why.empty());
            ++reasons;
            return;
        }
        ++clusters;
        const auto& cluster = std::get<Cluster>(reading);
        CHECK(value_of(cluster).record().fields.size() == types().status->fields.size());
        CHECK(problems(cluster, true).size() >= unsettled(cluster).size());
        location(cluster, "grp");
        location(cluster, "drbd_r0-clone");
    });
    CHECK(clusters > 0);
    CHECK(reasons > 0);
}

TEST_CASE("any bytes in the other outputs of Pacemaker's tools give a list or a reason") {
    using namespace stdlib::pcs;
    int lists = 0, reasons = 0;
    support::with_damage(recordings("pcs", "pacemaker"), [&](const std::string& text) {
        const auto constraints = read_constraints(std::string_view(text));
        const auto* found = std::get_if<std::vector<Constraint>>(&constraints);
        ++(found != nullptr ? lists : reasons);
        if (found == nullptr) CHECK_FALSE(std::get<Unreadable>(constraints).why.empty());
        for (const Constraint& constraint : found != nullptr ? *found : std::vector<Constraint>{}) {
            CHECK_FALSE(constraint.id.empty());
            CHECK_FALSE(value_of(constraint).show().empty());
        }
        CHECK_FALSE(summary_of(text).show().empty());
    });
    CHECK(lists > 0);
    CHECK(reasons > 0);
}

TEST_CASE("deep nesting exhausts no stack") {
    constexpr int depth = 100'000;
    std::string xml = "<crm_mon><summary/><nodes/><resources>", json;
    for (int i = 0; i < depth; ++i) xml += "<group id='g'>";
    for (int i = 0; i < depth; ++i) json += "[";
    CHECK(std::holds_alternative<stdlib::pcs::Unreadable>(stdlib::pcs::read(std::string_view(xml))));
    for (int i = 0; i < depth; ++i) xml += "</group>";
    xml += "</resources></crm_mon>";
    CHECK(std::holds_alternative<stdlib::pcs::Cluster>(stdlib::pcs::read(std::string_view(xml))));
    CHECK(stdlib::drbd::status(stdlib::drbd::views_from_json(json, "r0")).is_unknown());
    CHECK(stdlib::text::from_json(json, "[0][0]").is_unknown());
    for (int i = 0; i < depth; ++i) json += "]";
    CHECK(stdlib::text::from_json(json, "[0][0]").is_unknown());
}

TEST_CASE("no text of the allowed size brings a pattern to a standstill") {
    const std::string same(stdlib::text::longest_subject, 'a');
    for (const char* pattern : {"^(a+)+$", "(a|aa)+b", "a.*b", "(.*)(.*)(.*)b", "a+b"}) {
        const lang::Value found = stdlib::text::matches(same, pattern);
        CHECK(found.show() == (std::string(pattern) == "^(a+)+$" ? "true" : "false"));
    }
    CHECK(stdlib::text::matches(same + "a", "a").is_unknown());
    CHECK(stdlib::text::matches("a", std::string(stdlib::text::longest_pattern + 1, 'a')).is_unknown());
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    CHECK(stdlib::text::capture(bytes, "([^a])", 1).text() == std::string(1, '\0'));
    CHECK(stdlib::text::matches(bytes, "\x80\xff").show() == "false");
    CHECK(stdlib::text::matches(bytes, "\xfe\xff$").show() == "true");
}
