// What the site file says of a system that there is no model of: `reply "psql -Atc …" on db2 = "t"  after "pg_ctl promote" = "f"`.
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

struct World;

struct Replies {
    static Replies healthy(const lang::Site&, lang::Time);

    void advance(lang::Time, World&) {}
    /// Of a program, whose words are taken apart, and of a request. Before every model: what the site file says of itself counts.
    std::optional<Answer> answer(const Invocation&, World&);
    void power_off(const lang::Host&, lang::Time, World&) {}
    void power_on(const lang::Host&, lang::Time, World&) {}
    std::optional<std::string> inject(const lang::Host&, std::string_view trouble, lang::Time, World&, Fault);
    static TroublesOf troubles();
    void snapshot(std::map<std::string, std::string>& out) const;

    /// Of a whole script, as the procedure has it: it may hold what is no simple command.
    std::optional<Answer> answer_script(const lang::Host&, std::string_view script) const;
    /// Of what only an `after` names: it succeeds. Asked where neither a reply nor a model has answered.
    std::optional<Answer> answer_named(const lang::Host&, const std::string& asked) const;
    /// Something has succeeded there: what comes `after` it is said from now on.
    void happened(const lang::Host&, const std::string& asked);

    /// A command in which quotes, blanks between its words and `--` do not count; a script of more than a command as it stands.
    static std::string key_of(std::string_view script);
    static std::string key_of(const Invocation&);

  private:
    struct One {
        const lang::SimulatedReply* written = nullptr;
        std::string key;                         ///< of what is asked
        std::vector<std::string> after;          ///< the same of each change
        std::map<std::string, std::size_t> now;  ///< by host: 0 is what it says at first, then the changes

        const lang::SimulatedReply::Said& said_by(const std::string& host) const {
            const std::size_t change = now.at(host);
            return change == 0 ? written->said : written->changes[change - 1].said;
        }
    };
    std::optional<Answer> said(const lang::Host&, const std::string& key) const;
    bool fails(const lang::Host& host, const std::string& key) const { return failing_.contains({host.name, key}); }

    std::vector<One> all_;
    std::set<std::pair<std::string, std::string>> failing_;  ///< injected: host and command
};

/// The line of a site file that would answer this, to be filled in: `reply "psql -l" on db1 = "…"`.
std::string reply_to_write(const lang::Host&, std::string_view asked);

}  // namespace rehearsal
