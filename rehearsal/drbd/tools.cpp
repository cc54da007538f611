// drbdadm and drbdsetup: what they answer, and with which exit codes they refuse.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rehearsal/core/coreutils.hpp"
#include "rehearsal/core/unnamed.hpp"
#include "rehearsal/drbd/model.hpp"
#include "rehearsal/drbd/text.hpp"
#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;

// drbdadm ends with the code of the drbdsetup-84 that it called.
constexpr int unknown_resource = 1, not_possible = 10, state_refused = 11, bad_option = 20;

Answer says(std::string out) { return {.out = std::move(out), .takes = 40ms}; }

Answer fails(int code, std::string_view what, std::string_view verb, const std::string& object) {
    return {.code = code,
            .err = fmt::format("{}: {}\nCommand 'drbdsetup-84 {} {}' terminated with exit code {}\n", object, what, verb, object, code),
            .takes = 60ms};
}

/// What drbdadm does to one resource on one host.
class Drbdadm {
  public:
    Drbdadm(DrbdResource& resource, std::size_t side, lang::Time now)
        : resource_(resource), index_(side), side_(resource.sides[side]), minor_(std::to_string(resource.minor)), now_(now) {}

    std::optional<Answer> run(const std::string& verb, const std::string& option) {
        if (!option.empty()) return with_option(verb, option);
        if (verb == "sh-dev") return says(fmt::format("/dev/drbd{}\n", minor_));
        if (verb == "sh-minor") return says(minor_ + "\n");
        if (verb == "dstate")
            return says(side_.is_up ? fmt::format("{}/{}\n", resource_.disk(index_), resource_.peer_disk(index_)) : "Consistent\n");
        if (verb == "up") return up();
        if (verb == "down") return judged(Drbd::bring_down(resource_, index_), verb, resource_.name);
        if (verb == "status") {
            if (side_.is_up) return says(drbd_status(resource_, index_, false));
            return fails(not_possible, "No such resource", verb, resource_.name);
        }
        static constexpr std::array known{"role", "cstate", "get-gi", "primary", "secondary", "connect", "disconnect", "invalidate"};
        if (std::find(known.begin(), known.end(), verb) == known.end()) return std::nullopt;
        if (!side_.is_up)
            return fails(not_possible, "Failure: (127) Device minor not allocated\nadditional info from kernel:\nunknown minor", verb,
                         minor_);
        if (verb == "role") return says(fmt::format("{}/{}\n", resource_.role(index_), resource_.peer_role(index_)));
        if (verb == "get-gi") return says(drbd_generations(resource_, index_));
        if (verb == "cstate") return says(resource_.connection(index_) + "\n");
        if (verb == "primary") return judged(Drbd::promote(resource_, index_), verb, minor_);
        if (verb == "secondary") return judged(Drbd::demote(resource_, index_), verb, minor_);
        if (verb == "invalidate") return judged(Drbd::invalidate(resource_, index_, now_), verb, minor_);
        return verb == "connect" ? connect() : disconnect();
    }

  private:
    /// What throws data away.
    std::optional<Answer> with_option(const std::string& verb, const std::string& option) {
        if (!side_.is_up) return std::nullopt;
        if (verb == "primary" && option == "--force") return judged(Drbd::force(resource_, index_), verb, minor_);
        if (verb != "connect" || option != "--discard-my-data") return std::nullopt;
        side_.is_ahead = false;
        return connect();
    }
    static Answer judged(const Drbd::Refusal& refusal, std::string_view verb, const std::string& object) {
        if (refusal) return fails(state_refused, *refusal, verb, object);
        return {.takes = 250ms};
    }
    Answer up() {
        if (side_.is_up) return {.code = 1, .err = fmt::format("Device '{}' is configured!\n", minor_)};
        Drbd::bring_up(resource_, index_, now_);
        return {.takes = 700ms};
    }
    Answer connect() {
        if (side_.has_network)
            return fails(not_possible, "Failure: (125) Device has a net-config (use disconnect first)", "connect", resource_.name);
        side_.has_network = true;
        return {.takes = 200ms};
    }
    Answer disconnect() {
        if (!side_.has_network) {
            return fails(not_possible, "Failure: (162) Invalid configuration request\nadditional info from kernel:\nunknown connection",
                         "disconnect", resource_.name);
        }
        side_.has_network = false;
        return {.takes = 200ms};
    }

    DrbdResource& resource_;
    const std::size_t index_;
    DrbdSide& side_;
    const std::string minor_;
    const lang::Time now_;
};

bool has(const std::vector<std::string>& words, std::string_view option) {
    return std::find(words.begin(), words.end(), option) != words.end();
}

/// `drbdsetup show R --show-defaults`.
Answer drbdsetup_show(const Drbd& drbd, const Invocation& call) {
    const DrbdResource* resource = drbd.find(call.words[2], call.host);
    const auto side = resource == nullptr ? std::nullopt : resource->side_of(call.host);
    return says(side && resource->sides[*side].is_up ? drbd_options(*resource, *side) : std::string());
}

Answer drbdsetup_status(const Drbd& drbd, const Invocation& call) {
    if (has(call.words, "--json")) {
        return {.code = bad_option, .out = std::string(drbdsetup_usage()), .err = "status: unrecognized option '--json'\n", .takes = 30ms};
    }
    std::string name;
    for (std::size_t i = 2; i < call.words.size(); ++i) {
        if (!call.words[i].starts_with('-')) name = call.words[i];
    }
    if (!name.empty()) {
        const DrbdResource* resource = drbd.find(name, call.host);
        const auto side = resource == nullptr ? std::nullopt : resource->side_of(call.host);
        if (!side || !resource->sides[*side].is_up) return {.code = not_possible, .err = name + ": No such resource\n", .takes = 30ms};
    }
    std::string out;
    for (const DrbdResource& resource : drbd.resources) {
        const auto side = resource.side_of(call.host);
        if (side && (name.empty() || name == resource.name)) out += drbd_status(resource, *side, has(call.words, "--verbose"));
    }
    return says(out);
}

/// /proc/self/mountinfo, as far as DRBD goes.
std::string mounts(const Drbd& drbd, const lang::Host& host) {
    std::string out;
    for (const DrbdResource& resource : drbd.resources) {
        const auto side = resource.side_of(host);
        if (side && resource.sides[*side].is_held)
            out += fmt::format("36 25 147:{0} / /srv/data rw,relatime shared:1 - ext4 /dev/drbd{0} rw\n", resource.minor);
    }
    return out;
}

/// `drbdsetup events2 --now`, of all resources or those named.
Answer drbdsetup_events(const Drbd& drbd, const Invocation& call) {
    const bool all = std::all_of(call.words.begin() + 2, call.words.end(), [](const std::string& word) { return word.starts_with('-'); });
    std::string out;
    for (const DrbdResource& resource : drbd.resources) {
        const auto side = resource.side_of(call.host);
        if (side && (all || has(call.words, resource.name))) out += drbd_events(resource, *side, has(call.words, "--statistics"));
    }
    return says(out + "exists -\n");
}

}  // namespace

std::optional<Answer> Drbd::answer(const Invocation& call, World& world) {
    const auto& words = call.words;
    const bool on_this_host =
        std::any_of(resources.begin(), resources.end(), [&](const DrbdResource& r) { return r.side_of(call.host).has_value(); });
    const bool reads_proc = words.size() == 2 && words[0] == "cat" && words[1] == "/proc/drbd";
    if (!on_this_host) {
        if (reads_proc) return Answer{.code = 1, .err = "cat: /proc/drbd: No such file or directory\n"};
        if (words[0] == "drbdadm" || words[0] == "drbdsetup") return command_not_found(words[0]);
        return std::nullopt;
    }
    if (reads_proc) return says(proc_drbd(*this, call.host, call.now));
    if (words == std::vector<std::string>{"cat", "/proc/self/mountinfo"}) return says(mounts(*this, call.host));
    if (words == std::vector<std::string>{"sh", "-c", "ls -d /sys/block/drbd*/holders/*"}) {
        return Answer{.code = 2, .err = "ls: cannot access '/sys/block/drbd*/holders/*': No such file or directory\n"};
    }
    if (words.size() >= 2 && words[0] == "drbdsetup" && words[1] == "status") return drbdsetup_status(*this, call);
    if (words.size() >= 3 && words[0] == "drbdsetup" && words[1] == "events2" && has(words, "--now")) return drbdsetup_events(*this, call);
    if (words.size() == 4 && words[0] == "drbdsetup" && words[1] == "show" && words[3] == "--show-defaults")
        return drbdsetup_show(*this, call);
    if (words.size() < 2 || words[0] != "drbdadm") return std::nullopt;
    const std::string& verb = words[1];
    if (verb == "--version") return says(std::string(drbdadm_version()));
    const bool lists = verb == "sh-resources" || (verb == "status" && words.size() == 2);
    if (lists) {
        std::string out;
        for (const DrbdResource& resource : resources) {
            const auto side = resource.side_of(call.host);
            if (side) out += verb == "status" ? drbd_status(resource, *side, false) : resource.name + "\n";
        }
        return says(out);
    }
    const bool has_option = words.size() == 4 && words[2].starts_with("--");
    if (words.size() != 3 && !has_option) return std::nullopt;
    DrbdResource* resource = find(words.back(), call.host);
    if (resource == nullptr)
        return Answer{.code = unknown_resource, .err = fmt::format("'{}' not defined in your config (for this host).\n", words.back())};
    auto answer = Drbdadm(*resource, *resource->side_of(call.host), call.now).run(verb, has_option ? words[2] : std::string());
    follow_links(call.now, world);  // What was disconnected is so at once.
    return answer;
}

std::optional<std::string> Drbd::unnamed(const Invocation& call, const World& world) const {
    if (!asks_for(call, {"drbdadm", "drbdsetup"})) return std::nullopt;
    const auto& words = call.words;
    const bool has_none =
        std::none_of(resources.begin(), resources.end(), [&](const DrbdResource& r) { return r.side_of(call.host).has_value(); });
    const std::string name = words.size() > 2 && !words.back().starts_with('-') ? words.back() : std::string();
    // A node of a cluster without DRBD, asked for whatever it has: the site says all that there is.
    if (name.empty() && lang::is_of_cluster(*world.site, call.host, "pacemaker")) return std::nullopt;
    if (!has_none && (name.empty() || words.front() != "drbdadm" || find(name, call.host) != nullptr)) return std::nullopt;
    return fmt::format("{0} has no DRBD{1}: write `drbd \"{2}\"` into a `cluster NAME {{ kind pacemaker  nodes {0}, OTHER … }}`",
                       call.host.name, name.empty() ? "" : " resource \"" + name + "\"", name.empty() ? "r0" : name);
}

}  // namespace rehearsal
