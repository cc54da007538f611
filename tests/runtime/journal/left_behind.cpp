// The difference between two readings of the world.
#include "runtime/journal/left_behind.hpp"

#include <doctest/doctest.h>

using namespace runtime;

namespace {

using Texts = std::vector<std::string>;

/// What a reader knows of one thing; its words are made of it and mean nothing.
event::Item item(const std::string& name, Texts about = {}) { return {.item = name, .about = std::move(about), .text = name + "!"}; }

using Items = std::vector<event::Item>;

struct OfModule {
    std::string module, name;
    std::string cluster = {};  ///< all of whose machines tell the same
};

Found found(const std::string& host, const OfModule& residue, Items items, Texts unknown = {}, const std::string& object = "*") {
    return {.host = host,
            .said = {.where = residue.cluster.empty() ? host : residue.cluster,
                     .module = residue.module,
                     .residue = residue.name,
                     .items = std::move(items),
                     .unknown = std::move(unknown)},
            .object = object};
}

event::Thing thing(const std::string& where, const OfModule& residue, const event::Item& item) {
    return {.identity = {where, residue.module, residue.name, item.item}, .about = item.about, .text = item.text};
}

event::Left leave(const std::string& host, const std::string& system, const std::string& object) {
    return {.call = "it", .until = "until the failback", .touches = {{host, system, object}}};
}

event::LeftBehind compared(const std::vector<Found>& start, const std::vector<Found>& end, const std::vector<event::Left>& leaves = {},
                           const std::optional<EarlierRun>& earlier = std::nullopt) {
    return left_behind(start, end, leaves, earlier);
}

Texts announced(const event::LeftBehind& left) {
    Texts names;
    for (const auto& one : left.announced) names.push_back(one.thing.text);
    return names;
}

Texts texts(const std::vector<event::Thing>& things) {
    Texts texts;
    for (const event::Thing& thing : things) texts.push_back(thing.text);
    return texts;
}

const OfModule pcs{"pcs", "standby", "storage"}, haproxy{"haproxy", "servers taken out"}, mysql{"mysql", "stopped replication"};
const event::Item standby_a = item("standby a", {"a"}), standby_b = item("standby b", {"b"}), offline_a = item("offline a", {"a"}),
                  offline_b = item("offline b", {"b"}), banned_b = item("ban b", {"b", "r0"});

}  // namespace

TEST_CASE("what was there at the start is not left behind, and what went away is not either") {
    const auto left = compared({found("a", pcs, {standby_a, offline_b})}, {found("a", pcs, {standby_a})});
    CHECK(left.others.empty());
    CHECK(left.announced.empty());
    CHECK(left.not_known.empty());
    CHECK(left.compared == 1);
}

TEST_CASE("a thing is known by what it is, whatever it is called") {
    event::Item renamed = standby_a;
    renamed.text = "node a stands by";
    CHECK(compared({found("a", pcs, {standby_a})}, {found("a", pcs, {renamed})}).others.empty());
    event::Item other = standby_b;
    other.text = standby_a.text;
    CHECK(compared({found("a", pcs, {standby_a})}, {found("a", pcs, {standby_a, other})}).others.size() == 1);
}

TEST_CASE("what two nodes say of their cluster is told once, and what two clusters say twice") {
    CHECK(
        texts(compared({found("a", pcs, {}), found("b", pcs, {})}, {found("a", pcs, {standby_a}), found("b", pcs, {standby_a})}).others) ==
        Texts{"standby a!"});
    const OfModule other{"pcs", "standby", "telephony"};
    const event::Item maintenance = item("maintenance mode");
    const auto left = compared({found("a", pcs, {}), found("b", other, {maintenance})},
                               {found("a", pcs, {maintenance}), found("b", other, {maintenance})});
    REQUIRE(left.others.size() == 1);
    CHECK(left.others.front().identity.where == "storage");
}

TEST_CASE("what two hosts say of themselves in the same words are two things") {
    const event::Item closed = item("read_only");
    const auto left =
        compared({found("a", mysql, {closed}), found("b", mysql, {})}, {found("a", mysql, {closed}), found("b", mysql, {closed})});
    REQUIRE(left.others.size() == 1);
    CHECK(left.others.front().identity.where == "b");
}

TEST_CASE("a leave announces the object that it touches, on its host, and no other") {
    const event::Item jb1 = item("MAINT jb/jb1", {"jb/jb1", "jb1", "jb"}), jb11 = item("MAINT jb/jb11", {"jb/jb11", "jb11", "jb"});
    const auto left = compared({found("lb1", haproxy, {}), found("lb2", haproxy, {})},
                               {found("lb1", haproxy, {jb1, jb11}), found("lb2", haproxy, {jb1})}, {leave("lb1", "haproxy", "jb1")});
    REQUIRE(left.announced.size() == 1);
    CHECK(left.announced.front().thing.identity == event::Identity{"lb1", "haproxy", "servers taken out", "MAINT jb/jb1"});
    CHECK(texts(left.others) == Texts{"MAINT jb/jb11!", "MAINT jb/jb1!"});
}

TEST_CASE("a leave of all of a system announces all of it, and nothing of another") {
    const auto left = compared({found("a", pcs, {}), found("a", haproxy, {})},
                               {found("a", pcs, {standby_b}), found("a", haproxy, {item("MAINT jb/x")})}, {leave("a", "pcs", "*")});
    CHECK(announced(left) == Texts{"standby b!"});
    CHECK(texts(left.others) == Texts{"MAINT jb/x!"});
}

TEST_CASE("a leave announces what reads the very object that it touches, though that has no name") {
    const auto left = compared({found("db", mysql, {})}, {found("db", mysql, {item("io thread")}, {}, "replication")},
                               {leave("db", "mysql", "replication")});
    CHECK(announced(left) == Texts{"io thread!"});
}

TEST_CASE("a machine that is left off may be silent, and others may say so") {
    const auto left =
        compared({found("a", pcs, {}), found("b", pcs, {})},
                 {found("a", pcs, {}, {"a: no route to host"}), found("b", pcs, {offline_a, standby_b})}, {leave("a", "machine", "*")});
    CHECK(announced(left) == Texts{"offline a!", "a told nothing: a: no route to host"});
    CHECK(texts(left.others) == Texts{"standby b!"});
    CHECK(left.not_known.empty());
    CHECK(left.compared == 1);
}

TEST_CASE("of a host that tells nothing at all one reason is enough") {
    const auto left = compared({found("a", pcs, {}), found("a", haproxy, {})},
                               {found("a", pcs, {}, {"a: no route to host"}), found("a", haproxy, {}, {"a: no answer in time"})});
    CHECK(left.not_known == Texts{"a told nothing: a: no route to host"});
}

TEST_CASE("a host that is silent without a word about it is not known, and its reason names it") {
    const auto left = compared({found("a1", pcs, {})}, {found("a1", pcs, {}, {"crm_mon: exit 1"})});
    CHECK(left.not_known == Texts{"a1 told nothing: crm_mon: exit 1"});
    CHECK(left.compared == 0);
}

TEST_CASE("what is seen only where the start was not, may have been there before") {
    const auto left = compared({found("a", pcs, {}, {"a: no route to host"})}, {found("a", pcs, {standby_a})});
    CHECK(left.others.empty());
    CHECK(left.not_known == Texts{"standby a!: whether it was so at the start is not known"});
}

TEST_CASE("who was read both times judges for who was not") {
    const auto left = compared({found("a", pcs, {}, {"a: no route to host"}), found("b", pcs, {})},
                               {found("a", pcs, {standby_a}), found("b", pcs, {standby_a})});
    CHECK(texts(left.others) == Texts{"standby a!"});
    CHECK(left.not_known.empty());
}

TEST_CASE("what an earlier run has left is still there, or was taken back; as it was before that run, nothing is left") {
    const event::Item primary = item("r0: Primary"), secondary = item("r0: Secondary"),
                      silent{.item = {}, .about = {"c"}, .text = "c: off"};
    EarlierRun earlier{.name = "run 1 (failover)", .found = {found("a", pcs, {primary})}, .left = {}};
    earlier.left.announced = {{thing("storage", pcs, standby_a), "until the failback"},
                              {thing("storage", pcs, banned_b), "until the failback"},
                              {thing("c", haproxy, silent), "until"}};
    const auto left = compared({found("a", pcs, {standby_a, banned_b, secondary}), found("c", haproxy, {}, {"c: off"})},
                               {found("a", pcs, {banned_b, primary}), found("c", haproxy, {})}, {}, earlier);
    CHECK(left.others.empty());
    CHECK(texts(left.still) == Texts{"ban b!"});
    CHECK(texts(left.taken_back) == Texts{"standby a!", "c: off"});
    CHECK(left.earlier == "run 1 (failover)");
    CHECK(left.not_known.empty());
}

TEST_CASE("of a host that cannot be asked nothing is said to be taken back") {
    EarlierRun earlier{.name = "run 1 (failover)", .found = {}, .left = {}};
    earlier.left.announced = {{thing("storage", pcs, standby_a), "until the failback"}};
    const auto left = compared({found("a", pcs, {standby_a})}, {found("a", pcs, {}, {"a: no route to host"})}, {}, earlier);
    CHECK(left.taken_back.empty());
    CHECK(left.still.empty());
    CHECK(left.not_known == Texts{"a told nothing: a: no route to host"});
}

TEST_CASE("what an earlier run has left without a name that it could be compared by is not known, and not left by this one") {
    const EarlierRun earlier{.name = {}, .found = {}, .left = {}, .not_comparable = "run 1 (failover)"};
    const auto left = compared({found("a", pcs, {standby_a})}, {found("a", pcs, {standby_a, standby_b})}, {}, earlier);
    CHECK(left.others.empty());
    CHECK(left.taken_back.empty());
    REQUIRE(left.not_known.size() == 2);
    CHECK(left.not_known[0] == "standby b!: whether it was so before run 1 (failover) is not known");
    CHECK(left.not_known[1].find("whether what run 1 (failover) left on purpose is still there") != std::string::npos);
}
