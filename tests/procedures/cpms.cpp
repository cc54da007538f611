// CPMS on its simulated site: the watch, the failover that it runs, and the way back.
#include <doctest/doctest.h>

#include "tests/procedures/theatre.hpp"

using procedures::Theatre;
using runtime::End;

namespace {

const std::string failover = "cpms/failover.proc";
const std::string failback = "cpms/failback.proc";
const std::string site = "cpms/site.proc";

}  // namespace

TEST_CASE("the server that stands by takes CPMS over, and the failback brings it back as it was") {
    Theatre theatre(site);
    const auto before = theatre.state();
    CHECK(theatre.play(failover) == End::Completed);
    CHECK(theatre.state().at("cfg1 cpms") == "stopped");
    CHECK(theatre.state().at("cfg1 filer") == "not mounted");
    CHECK(theatre.state().at("cfg2 cpms") == "running");
    CHECK(theatre.state().at("balancer to") == "cfg2");
    CHECK(theatre.sent("virsh destroy") == 0);
    CHECK(theatre.play(failback) == End::Completed);
    CHECK(theatre.told.asked("cfg1 is repaired"));
    CHECK(theatre.sent("watch --rearm") == 1);
    CHECK(theatre.state().at("cfg1 cpms") == "running");
    CHECK(theatre.state().at("cfg2 filer") == "not mounted");
    procedures::same_state(before, theatre.state());
}

TEST_CASE("a server that does not give CPMS up is fenced before anything starts on the other one") {
    for (const char* scene : {"silent daemon", "refuses", "silent"}) {
        INFO(scene);
        Theatre theatre(site, scene);
        bool was_off = false;
        theatre.told.after = [&](const std::string& step) {
            if (step.starts_with("cfg1 gives"))
                was_off = theatre.state().at("cfg1 cpms") == "stopped" && theatre.sent("virsh destroy cfg1") == 1;
        };
        const End end = theatre.play(failover);
        CHECK((end == End::Completed || end == End::CompletedWithSkips));
        CHECK(was_off);
        CHECK(theatre.state().at("cfg2 cpms") == "running");
        CHECK(theatre.state().at("cfg1 filer") == "not mounted");
    }
}

TEST_CASE("a server that hangs is told to end, one that is off is not fenced") {
    Theatre hangs(site, "hangs");
    CHECK(hangs.play(failover) == End::Completed);
    CHECK(hangs.told.did("net.say") == 1);
    CHECK(hangs.sent("virsh destroy") == 0);
    Theatre dead(site, "dead");
    CHECK(dead.play(failover) == End::Completed);
    CHECK(dead.told.did("net.say") == 0);
    CHECK(dead.sent("virsh destroy") == 0);
}

TEST_CASE("the failover of CPMS stops at what is wrong, and starts nothing that could write beside another one") {
    procedures::stops("site.proc", "cpms/",
                      {
                          {"failover.proc", "no fence", {}, "gives the service up", "virsh destroy cfg1"},
                          {"failover.proc", "our network", {}, "gives the service up", "it may be our own network"},
                          {"failover.proc", "mounted twice", {}, "Who serves", "in use on cfg2 already"},
                          {"failover.proc", "does not start", {}, "CPMS starts", "does not serve on cfg2"},
                          {"failover.proc", "stays", {}, "load balancer", "does not pass anybody on"},
                      });
    for (const char* scene : {"no fence", "our network", "mounted twice"}) {
        INFO(scene);
        Theatre theatre(site, scene);
        theatre.play(failover);
        CHECK(theatre.sent("start_1.sh") == 0);
        CHECK(theatre.sent("mount /opt") == 0);
    }
}

TEST_CASE("the failback of CPMS needs a repaired server") {
    procedures::stops("site.proc", "cpms/",
                      {
                          {"failback.proc", "failed-over", {"cfg1: off"}, "can take it back", "cfg1 does not answer"},
                          {"failback.proc", "failed-over", {"cfg1: cpms mounted"}, "can take it back", "in use there already"},
                          {"failback.proc", "failed-over", {"cfg2: cpms down"}, "can take it back", "this is not the way back"},
                          {"failback.proc", "failed-over", {"cfg1: cpms does not start"}, "CPMS starts", "does not serve on cfg1"},
                      });
}

TEST_CASE("the watch over CPMS is due for a dead server and for one that hangs, and not for our own network") {
    for (const char* scene : {"dead", "silent", "hangs"}) {
        INFO(scene);
        const auto watched = Theatre(site, scene).watch("cpms/watch.proc", 10);
        CHECK(watched.runs == "failover.proc");
        CHECK(watched.told == "FFD");
    }
    CHECK(Theatre(site).watch("cpms/watch.proc", 5).told == "GGGGG");
    const auto cut_off = Theatre(site, "our network").watch("cpms/watch.proc", 10);
    CHECK(cut_off.runs.empty());
    CHECK(cut_off.told == "UUUUUUUUUU");
}
