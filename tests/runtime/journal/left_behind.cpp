// The difference between two readings of the world.
#include "runtime/journal/left_behind.hpp"

#include <doctest/doctest.h>

using namespace runtime;

namespace {

using Texts = std::vector<std::string>;

Found found(const std::string& host, const std::string& residue, Texts items, Texts unknown = {}, const std::string& object = "*") {
    return {.host = host, .said = {.residue = residue, .items = std::move(items), .unknown = std::move(unknown)}, .object = object};
}

event::Left leave(const std::string& host, const std::string& what) {
    return {.call = "it", .until = "until the failback", .touches = {{host, what}}};
}

event::LeftBehind compared(const std::vector<Found>& start, const std::vector<Found>& end, const std::vector<event::Left>& leaves = {},
                           const std::optional<EarlierRun>& earlier = std::nullopt) {
    return left_behind(start, end, leaves, earlier);
}

Texts announced(const event::LeftBehind& left) {
    Texts names;
    for (const event::Named& one : left.announced) names.push_back(one.name);
    return names;
}

const std::string pcs = "pcs: standby", haproxy = "haproxy: servers taken out";

}  // namespace

TEST_CASE("what was there at the start is not left behind, and what went away is not either") {
    const auto left = compared({found("a", pcs, {"a is in standby", "b is offline"})}, {found("a", pcs, {"a is in standby"})});
    CHECK(left.others.empty());
    CHECK(left.announced.empty());
    CHECK(left.not_known.empty());
    CHECK(left.compared == 1);
}

TEST_CASE("what two nodes say of their cluster is told once") {
    const auto left =
        compared({found("a", pcs, {}), found("b", pcs, {})}, {found("a", pcs, {"a is in standby"}), found("b", pcs, {"a is in standby"})});
    CHECK(left.others == Texts{"a is in standby"});
}

TEST_CASE("a leave announces the object that it touches, on its host, and no other") {
    const auto at_end = {found("lb1", haproxy, {"lb1 has jb/jb1 in MAINT", "lb1 has jb/jb11 in MAINT"}),
                         found("lb2", haproxy, {"lb2 has jb/jb1 in MAINT"})};
    const auto left = compared({found("lb1", haproxy, {}), found("lb2", haproxy, {})}, at_end, {leave("lb1", "haproxy jb1")});
    CHECK(announced(left) == Texts{"lb1 has jb/jb1 in MAINT"});
    CHECK(left.others == Texts{"lb1 has jb/jb11 in MAINT", "lb2 has jb/jb1 in MAINT"});
}

TEST_CASE("a leave of all of a system announces all of it, and nothing of another") {
    const auto left = compared({found("a", pcs, {}), found("a", haproxy, {})},
                               {found("a", pcs, {"b is in standby"}), found("a", haproxy, {"a has jb/x in MAINT"})}, {leave("a", "pcs *")});
    CHECK(announced(left) == Texts{"b is in standby"});
    CHECK(left.others == Texts{"a has jb/x in MAINT"});
}

TEST_CASE("a leave announces what reads the very object that it touches, though that has no name") {
    const auto left = compared({found("db", "mysql: stopped replication", {})},
                               {found("db", "mysql: stopped replication", {"db does not replicate from m"}, {}, "replication")},
                               {leave("db", "mysql replication")});
    CHECK(announced(left) == Texts{"db does not replicate from m"});
}

TEST_CASE("a machine that is left off may be silent, and others may say so") {
    const auto left = compared({found("a", pcs, {}), found("b", pcs, {})},
                               {found("a", pcs, {}, {"a: no route to host"}), found("b", pcs, {"a is offline", "b is in standby"})},
                               {leave("a", "machine *")});
    CHECK(announced(left) == Texts{"a is offline", "a: no route to host"});
    CHECK(left.others == Texts{"b is in standby"});
    CHECK(left.not_known.empty());
    CHECK(left.compared == 1);
}

TEST_CASE("of a host that tells nothing at all one reason is enough") {
    const auto left = compared({found("a", pcs, {}), found("a", haproxy, {})},
                               {found("a", pcs, {}, {"a: no route to host"}), found("a", haproxy, {}, {"a: no answer in time"})});
    CHECK(left.not_known == Texts{"a: no route to host"});
}

TEST_CASE("a host that is silent without a word about it is not known, and its reason names it") {
    const auto left = compared({found("a", pcs, {})}, {found("a", pcs, {}, {"crm_mon: exit 1"})});
    CHECK(left.not_known == Texts{"a, pcs: standby: crm_mon: exit 1"});
    CHECK(left.compared == 0);
}

TEST_CASE("what is seen only where the start was not, may have been there before") {
    const auto left = compared({found("a", pcs, {}, {"a: no route to host"})}, {found("a", pcs, {"a is in standby"})});
    CHECK(left.others.empty());
    CHECK(left.not_known == Texts{"a is in standby: whether it was so at the start is not known"});
}

TEST_CASE("who was read both times judges for who was not") {
    const auto left = compared({found("a", pcs, {}, {"a: no route to host"}), found("b", pcs, {})},
                               {found("a", pcs, {"a is in standby"}), found("b", pcs, {"a is in standby"})});
    CHECK(left.others == Texts{"a is in standby"});
    CHECK(left.not_known.empty());
}

TEST_CASE("what an earlier run has left is still there, or was taken back; as it was before that run, nothing is left") {
    EarlierRun earlier{.name = "run 1 (failover)", .found = {found("a", pcs, {"r0 is Primary"})}, .left = {}};
    earlier.left.announced = {{"a is in standby", "until the failback"}, {"b is banned", "until the failback"}, {"c: off", "until"}};
    const auto left = compared({found("a", pcs, {"a is in standby", "b is banned", "r0 is Secondary"}), found("c", pcs, {}, {"c: off"})},
                               {found("a", pcs, {"b is banned", "r0 is Primary"}), found("c", pcs, {})}, {}, earlier);
    CHECK(left.others.empty());
    CHECK(left.still == Texts{"b is banned"});
    CHECK(left.taken_back == Texts{"a is in standby", "c: off"});
    CHECK(left.earlier == "run 1 (failover)");
}

TEST_CASE("of a host that cannot be asked nothing is said to be taken back") {
    EarlierRun earlier{.name = "run 1 (failover)", .found = {}, .left = {}};
    earlier.left.announced = {{"a is in standby", "until the failback"}};
    const auto left = compared({found("a", pcs, {"a is in standby"})}, {found("a", pcs, {}, {"a: no route to host"})}, {}, earlier);
    CHECK(left.taken_back.empty());
    CHECK(left.still.empty());
    CHECK(left.not_known == Texts{"a: no route to host"});
}
