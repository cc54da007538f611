// The docker compose project of a Linux machine, called as `docker compose`, `docker-compose`, or by a vendor's `…-dcomp`.
//
// The fact `containers` (a list of texts) names its services, one container each. What they are made of is the machine's env file: a
// container is as configured while the file says what it said when the container was made.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/core/answer.hpp"
#include "rehearsal/trouble.hpp"

namespace rehearsal {

struct Container {
    enum class State { Running, Exited };
    State state = State::Running;
    lang::Time started{};
    std::optional<lang::Time> starts_at = {};  ///< it is being restarted or made anew
    std::string made_of;                       ///< the hash of the configuration that it was made with
    bool made_anew = false;                    ///< when it starts again it takes the configuration as it is then
    bool fails = false;                        ///< injected: its next start ends in Exited
    bool silent = false;                       ///< injected: it never says that it is ready
};

struct Docker {
    static Docker healthy(const lang::Site&, lang::Time start);
    void advance(lang::Time now, World&);
    std::optional<Answer> answer(const Invocation&, World&);
    void power_off(const lang::Host&, lang::Time, World&);
    void power_on(const lang::Host&, lang::Time, World&);
    std::optional<std::string> inject(const lang::Host&, std::string_view trouble, lang::Time, World&, Fault = Fault::Begins);
    static TroublesOf troubles();
    void snapshot(std::map<std::string, std::string>& out) const;

  private:
    struct Project {
        std::map<std::string, Container> containers;  ///< by the service
        bool no_daemon = false;                       ///< injected
    };

    static Answer state(const Project&, const std::string& hash);
    static Answer has_logged(const Project&, const Invocation&);
    static Answer restart(Project&, const std::string& service, lang::Time now);
    static Answer up(Project&, const std::string& hash, lang::Time now);

    std::map<std::string, Project> projects_;  ///< by the host's name
};

}  // namespace rehearsal
