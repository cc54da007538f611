// Genesys URS, as far as its graceful rollover goes: an HTTP console, a primary and a backup.
//
// A machine whose fact `console` is a port has one. The first of a site is primary, the second its backup. The script
// /usr/local/bin/urs-mode, which a site may have to ask the Management Layer, tells which is which.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/core/answer.hpp"
#include "rehearsal/trouble.hpp"

namespace rehearsal {

struct UrsServer {
    enum class Mode {
        Primary,
        Backup,
        Draining,  ///< finishes its calls; for everybody else a backup
        Down,
    };
    Mode mode = Mode::Primary;
    int console = 0;
    std::string application = {};            ///< its name in the configuration: the fact `application`, else the host's name
    std::optional<lang::Time> drained = {};  ///< when the last call of one that drains ends
    bool has_backup = true;                  ///< injected: none is configured
    bool is_connected = true;                ///< injected: it does not reach its backup
    bool calls_unseen = false;               ///< injected: its backup does not see a call that ORS backs up
    bool never_drained = false;              ///< injected: a call that does not end
};

struct Urs {
    static Urs healthy(const lang::Site&, lang::Time start);
    void advance(lang::Time now, World&);
    std::optional<Answer> answer(const Invocation&, World&);
    void power_off(const lang::Host&, lang::Time, World&);
    void power_on(const lang::Host&, lang::Time, World&);
    std::optional<std::string> inject(const lang::Host&, std::string_view trouble, lang::Time, World&, Fault = Fault::Begins);
    static TroublesOf troubles();
    void snapshot(std::map<std::string, std::string>& out) const;

  private:
    using Server = std::pair<const std::string, UrsServer>;  ///< by the host's name
    Server* other_than(const std::string& name);
    Answer console(Server&, const std::string& target, lang::Time now);
    Answer roll_over(UrsServer&, Server* backup, lang::Time now);

    std::map<std::string, UrsServer> servers_;
};

}  // namespace rehearsal
