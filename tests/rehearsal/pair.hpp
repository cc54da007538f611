// The pair of storage machines that the recordings come from, and a hypervisor beside it.
#pragma once

#include "rehearsal/scheduler.hpp"
#include "tests/rehearsal/lab.hpp"

namespace rehearsal::testing {

struct Pair {
    lang::Site site;
    World world;
    lang::Time clock = first_moment;

    Pair() {
        for (const char* name : {"store1", "store2", "kvm1"}) add_host(site, name, lang::Os::Linux);
        add_host(site, "tel1", lang::Os::Windows);
        add_cluster(site, "storage", "pacemaker", {"store1", "store2"}).settings = {
            {"resource", "grp"}, {"ip", "10.77.0.100"}, {"drbd", "r0"}};
        world = World::healthy(site, clock);
        pass(std::chrono::seconds(10));
    }
    Pair(const Pair&) = delete;

    void pass(lang::Duration time) { world.advance(clock += time); }
    const lang::Host& host(std::string_view name) const { return *site.find_host(name); }
    Answer run(std::string_view on, const std::string& line, const std::string& input = {}) {
        return world.run(host(on), line, input, clock);
    }
    /// Runs it to its end.
    Answer finish(std::string_view on, const std::string& line) {
        Answer answer = run(on, line);
        pass(answer.takes);
        return answer;
    }
    std::string out(std::string_view on, const std::string& line) { return run(on, line).out; }
    std::string role(std::string_view on) { return out(on, "drbdadm role r0"); }
    std::string connection(std::string_view on) { return out(on, "drbdadm cstate r0"); }
    std::string disk(std::string_view on) { return out(on, "drbdadm dstate r0"); }
    /// Lets time pass, a quarter of a second each, until it is so; how long that took. A minute more than `most` says never.
    template <typename Condition>
    lang::Duration until(lang::Duration most, Condition condition) {
        const lang::Time begun = clock;
        while (!condition()) {
            if (clock - begun > most) return most + std::chrono::minutes(1);
            pass(std::chrono::milliseconds(250));
        }
        return clock - begun;
    }
};

}  // namespace rehearsal::testing
