// What every simulated system is: a plain value that can be copied, with what the site asks of it.
//
// A model keeps its state in containers ordered by name or in the order of the site, never by address: two worlds made alike must go
// alike. Things that take time are kept as "due at"; `advance` does what is due. What follows from the state of other systems is looked at
// on whole seconds only (`is_whole_second`), so that looking at the site does not change it.
#pragma once

#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/model/site.hpp"
#include "rehearsal/core/answer.hpp"
#include "rehearsal/trouble.hpp"

namespace rehearsal {

struct World;

template <typename M>
concept Model = std::copyable<M> &&
    requires(M model, const M& as_is, const lang::Site& site, const lang::Host& host, lang::Time time, World& world, const Invocation& call,
             std::string_view trouble, Fault fault, std::map<std::string, std::string>& state) {
    { M::healthy(site, time) } -> std::same_as<M>;
    /// What happens by itself until `time`, which never goes back.
    { model.advance(time, world) } -> std::same_as<void>;
    /// Nothing: not a command of this system.
    { model.answer(call, world) } -> std::same_as<std::optional<Answer>>;
    /// The machine's power has just gone.
    { model.power_off(host, time, world) } -> std::same_as<void>;
    /// It has just booted: what starts at boot starts.
    { model.power_on(host, time, world) } -> std::same_as<void>;
    /// Nothing: no trouble of this system. An empty text: it has begun, or ended. Any other text: why it cannot.
    { model.inject(host, trouble, time, world, fault) } -> std::same_as<std::optional<std::string>>;
    /// Those that it injects.
    { M::troubles() } -> std::same_as<TroublesOf>;
    /// "acd-store1 drbd r0" -> all there is to say.
    { as_is.snapshot(state) } -> std::same_as<void>;
};

// What a model may have besides; the functions below ask for it, and answer for a model that has not.

/// What the site file lacks for a command, and what to write there: see core/unnamed.hpp. Nothing where all that it asks for is there.
template <typename M>
std::optional<std::string> unnamed(const M& model, const Invocation& call, const World& world) {
    if constexpr (requires { model.unnamed(call, world); }) return model.unnamed(call, world);
    return std::nullopt;
}

/// The units of systemd that a machine has because it is one of the system's: "mariadb".
template <typename M>
std::vector<std::string> units(const M& model, const lang::Site& site, const lang::Host& host) {
    if constexpr (requires { model.units(site, host); }) return model.units(site, host);
    return {};
}

/// Does another node take over from the first one of such a cluster? That one is then off in the scene "failed-over".
template <typename M>
bool fails_over(const M& model, const lang::Cluster& cluster) {
    if constexpr (requires { model.fails_over(cluster); }) return model.fails_over(cluster);
    return false;
}

}  // namespace rehearsal
