// XiVO telephony, master and slave: their services, and the vendor's scripts.
//
// The fact `xivo_services` (a list of texts) makes a machine a XiVO and names what `xivo-service status all` lists there; the fact `role`
// says "master" or "slave", or is empty on a media server. The slave looks for its master every minute: when it has not answered for
// more than three looks the slave starts its services, and stops them when the master serves again.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/core/answer.hpp"
#include "rehearsal/trouble.hpp"

namespace rehearsal {

struct XivoHost {
    std::string role;
    std::vector<std::string> services;
    bool serves = true;
    std::optional<lang::Time> serves_at = {};  ///< its services are being started
    int missed = 0;                            ///< looks at a master that did not answer
    bool by_hand = false;                      ///< stopped by hand: the looks at the master change nothing
    std::string broken;                        ///< injected: this one never runs
    bool no_takeover = false;                  ///< injected: a slave that looks for nothing
    bool no_replication = false;               ///< injected
    std::string replicated_from;               ///< whose data it has
};

struct Xivo {
    static Xivo healthy(const lang::Site&, lang::Time start);
    void advance(lang::Time now, World&);
    std::optional<Answer> answer(const Invocation&, World&);
    void power_off(const lang::Host&, lang::Time, World&);
    void power_on(const lang::Host&, lang::Time, World&);
    std::optional<std::string> inject(const lang::Host&, std::string_view trouble, lang::Time, World&, Fault = Fault::Begins);
    static TroublesOf troubles();
    void snapshot(std::map<std::string, std::string>& out) const;

  private:
    void look_for_master(XivoHost& slave, lang::Time now, const World&);
    bool master_serves(const World&) const;
    Answer service(XivoHost&, const Invocation&);
    Answer replicate(const Invocation&, const World&);

    std::map<std::string, XivoHost> hosts_;
};

}  // namespace rehearsal
