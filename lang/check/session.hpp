// Checking line after line, as in a REPL: what was set before is known, and only what is new is in the program.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lang/check/api.hpp"

namespace lang {

class Session {
  public:
    /// With the site of that file, or without one. What is wrong with the site is in `site_findings()`.
    Session(const std::optional<std::string>& site, Loader load, const Catalog& catalog);
    /// Beside a program that runs: what its files define is known too, in the texts that it runs with. What it has set is not: it is typed.
    Session(const program::Program& running, Loader load, const Catalog& catalog);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    const Diagnostics& site_findings() const;
    std::shared_ptr<const Site> site() const;
    std::shared_ptr<const Sources> sources() const;

    /// One or more statements or defines, or one expression. The program's body is what was typed; an expression is a `let` of a
    /// slot without a name. Its slots continue those of the programs before: run it on their frame. A text with errors leaves no
    /// trace. `incomplete` tells that more lines could mend it.
    Checked fragment(const std::string& text);
    bool incomplete() const;

    /// From now on a text need not say on which host: whoever runs it has one in the frame.
    void stand_on_a_host();

    /// What may be named now: lets, hosts, groups, defines. For completion.
    std::vector<std::string> names() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace lang
