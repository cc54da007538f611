// Recorded conversations with a host, as plain text: they test a builtin without the host.
//
//   # Both sides in sync, seen from the Primary.              a comment
//   on acd-store1                                             the current host; `on acd-tel1 windows`, facts
//                                                             after that: `services ["robot5"]`. Settings stay until changed
//   hosts acd-store2, acd-tel1 windows                        other hosts of the site
//   cluster storage pacemaker nodes [acd-store1, acd-store2] drbd "r0"
//   secret mysql_password "bytes"
//   detected drbd.version "8.4.11"                            what was found out about the host
//   fact unit "wildfly"                                       a fact of the current host
//   now 2026-11-22 16:35:42
//   call drbd.status("r0")                                    a new case; also `detect drbd.version`, `residue pcs.standby nodes`,
//                                                             `foresee drbd.connect("r0")` for what a plan tells of an action
//   $ cat /proc/drbd                                          a command that the builtin must send; `>` more lines, `|` its input
//   < fixtures/primary-secondary-uptodate.proc-drbd.txt       the reply: recorded output,
//   $ drbdadm sh-minor r0
//     0                                                       output in place (two blanks before it), `2<` and `2|` standard error,
//   exit 0                                                    exit status; `lost`, `deadline`, `not sent` for other endings;
//                                                             of a request `http 503`, `not sent refused|no answer|no greeting`
//   = {role: Primary, …}                                      the value
//
// An action goes on: `= Needed` is its verdict, `! pcs node standby acd-store1` the command sent, `= sent` or `= complaint: …` what it
// makes of the reply, then more rounds of `$` and `=`: has it arrived?
//
// Everything after `$`, `>`, `|`, `!` and `=` is written by ACCEPT=1; replies and settings are yours.
#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "lang/model/site.hpp"
#include "runtime/module.hpp"

namespace fixture {

/// One line of settings or comment, or one command with its reply, or one result.
struct Block {
    enum class Kind { Line, Asked, Sent, Result } kind = Kind::Line;
    std::string text;                ///< the line; the command as shown; the result
    std::vector<std::string> reply;  ///< as written in the file
};

/// A fixture file taken apart. Throws Malformed.
std::vector<Block> parse(const std::string& text);
std::string print(const std::vector<Block>&);

/// The settings in force at one place of the file.
struct Settings {
    std::shared_ptr<lang::Site> site = std::make_shared<lang::Site>();
    std::string host;
    std::map<std::string, std::string> secrets;
    runtime::Detected detected;
    lang::Time now{};

    /// Takes one line; false where it is not a setting.
    bool take(const std::string& line);

  private:
    void add_host(const std::string& written);
    void add_cluster(const std::string& written);
};

/// The reply that a command's lines describe; files are relative to `folder`.
runtime::Reply reply(const Block&, const std::filesystem::path& folder);

}  // namespace fixture
