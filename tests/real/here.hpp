// Builtins against real programs, of this machine or of another one: their real commands, through the real shell.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "lang/model/site.hpp"
#include "runtime/connection/local.hpp"
#include "runtime/module.hpp"
#include "runtime/shell/dialect.hpp"
#include "tests/support/sshd.hpp"

namespace real {

using lang::Value;
using runtime::Verdict;

/// What became of an action.
struct Done {
    Verdict before;                        ///< of the first look
    bool sent = false;                     ///< only where it was needed
    std::optional<std::string> complaint;  ///< the tool's words
    Verdict after;                         ///< the last one after it was sent
};

class Here {
  public:
    /// One machine, "here"; `site` is to be filled by the test.
    Here();
    /// One machine, reached over SSH with the keys of `home`.
    Here(const lang::Host& host, support::SshHome& home);

    Value query(const std::string& builtin, std::map<std::string, Value> arguments = {});
    /// Looks, sends if it is needed, and looks again until it is reached, failed, refused, or `patience` is over.
    Done act(const std::string& builtin, std::map<std::string, Value> arguments = {}, lang::Duration patience = std::chrono::seconds(30));

    runtime::Reply run(const runtime::Command&, runtime::Language = runtime::Language::OfAccount);

    lang::Site site;
    std::map<std::string, std::string> secrets;
    std::string environment;                             ///< before every command: "NAME=value "
    lang::Duration patience = std::chrono::seconds(60);  ///< for one command

    const lang::Host& host(const std::string& name) const { return *site.find_host(name); }
    void add_host(const std::string& name);

  private:
    const runtime::Builtin& find(const std::string& builtin) const;
    runtime::Arguments fill_in(const runtime::Builtin&, std::map<std::string, Value> given) const;
    runtime::Context context(const runtime::Arguments&) const;
    void detect(const runtime::Builtin&, const runtime::Context&);
    Value read(const runtime::Read&, const runtime::Context&);

    runtime::Registry registry_;
    std::unique_ptr<runtime::Scheduler> scheduler_ = runtime::real_scheduler();
    runtime::Stop stop_;
    std::string current_;  ///< the name of the machine that is asked
    std::unique_ptr<runtime::Connection> connection_;
    runtime::Detected detected_;
};

}  // namespace real
