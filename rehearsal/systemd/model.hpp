// The services of the Linux machines, as systemd 252 keeps and tells them; through `service` on machines without systemctl.
//
// Which units a machine has follows from the site: the facts `unit` (a text) and `units` (a list), those that the other models have there
// (`units` in model.hpp), `ssh` everywhere. All of them are enabled: they start at boot.
// The fact `init "sysv"` makes a machine without systemctl.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/core/answer.hpp"
#include "rehearsal/trouble.hpp"

namespace rehearsal {

struct Unit {
    enum class State { Inactive, Activating, Active, Deactivating, Failed };
    State state = State::Active;
    lang::Time since{};               ///< when `state` became so
    std::optional<lang::Time> until;  ///< when Activating or Deactivating ends
    bool starts_again = false;        ///< a restart: Activating follows Deactivating
    bool cut_short = false;           ///< Deactivating out of Activating: it has no main process yet
    int starts = 1;                   ///< how often it was started; its process ids follow from it
    bool slow = false;                ///< injected: starts and stops take minutes
    bool fails = false;               ///< injected: it may run now, but every further start ends in Failed
};

struct Systemd {
    static Systemd healthy(const lang::Site&, lang::Time start);
    void advance(lang::Time now, World&);
    std::optional<Answer> answer(const Invocation&, World&);
    void power_off(const lang::Host&, lang::Time, World&);
    void power_on(const lang::Host&, lang::Time, World&);
    std::optional<std::string> inject(const lang::Host&, std::string_view trouble, lang::Time, World&, Fault = Fault::Begins);
    static TroublesOf troubles();
    void snapshot(std::map<std::string, std::string>& out) const;

    std::optional<std::string> unnamed(const Invocation&, const World&) const;

    /// A machine has this unit besides; nothing where it has no units at all.
    void install(const lang::Host&, const std::string& unit, lang::Time start);
    /// The unit of that name, ".service" or not; null where the machine has none.
    const Unit* find(const lang::Host&, std::string_view unit) const;
    /// Does it run? What only starts or stops does not serve anybody.
    bool is_active(const lang::Host&, std::string_view unit) const;

  private:
    using Units = std::map<std::string, Unit>;  ///< by full name, "wildfly.service"

    std::optional<Answer> listening(const Invocation&) const;
    Answer systemctl(const Invocation&);
    Answer all_units(const lang::Host&) const;
    Answer failed_units(const lang::Host&) const;
    Answer service(const Invocation&);
    Answer start(const lang::Host&, const std::string& unit, lang::Time);
    Answer stop(const lang::Host&, const std::string& unit, lang::Time);
    Answer restart(const lang::Host&, const std::string& unit, lang::Time);
    std::optional<std::string> unnamed(const lang::Host&, const std::string& unit) const;
    Unit* at(const lang::Host&, std::string_view unit);
    bool has_systemctl(const lang::Host& host) const { return !without_systemctl_.contains(host.name); }

    std::map<std::string, Units> machines_;  ///< by the host's name; Linux machines only
    std::set<std::string> moving_;           ///< of them: those on which a unit may be about to start or to end
    std::set<std::string> without_systemctl_;
};

/// "wildfly" and "wildfly.service" are the same unit, and "app-7.1" is "app-7.1.service": a type is one that systemd has.
std::string unit_name(std::string_view name);

/// What is told of a unit that the site does not name, and what to write there.
std::string unnamed_unit(const lang::Host&, std::string_view name);

/// What `systemctl show` prints: the properties in systemd's own order, whatever the order in which they were asked for.
/// `unit` is null where the machine has none of that name; no `wanted` means all that are not empty.
std::string show_unit(const std::string& name, const Unit* unit, const std::vector<std::string>& wanted);

/// The word of `systemctl is-active`.
std::string_view active_state(const Unit*);

}  // namespace rehearsal
