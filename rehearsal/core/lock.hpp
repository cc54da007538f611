// Where runs leave their lock: a directory with one file in it, which the lock's script takes, reads and gives back; a person can make
// and take it away by hand.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/core/answer.hpp"
#include "rehearsal/trouble.hpp"
#include "runtime/shell/guard.hpp"

namespace rehearsal {

struct Lock {
    static Lock healthy(const lang::Site&, lang::Time) { return {}; }

    void advance(lang::Time, World&) {}
    std::optional<Answer> answer(const Invocation&, World&);
    void power_off(const lang::Host&, lang::Time, World&) {}  // it is on the disk
    void power_on(const lang::Host&, lang::Time, World&) {}
    std::optional<std::string> inject(const lang::Host&, std::string_view trouble, lang::Time, World&, Fault = Fault::Begins);
    static TroublesOf troubles();
    void snapshot(std::map<std::string, std::string>& out) const;

    /// Does the machine know of a newer run than that which has sent the line?
    bool keeps_back(const lang::Host&, const runtime::Guard&) const;

  private:
    struct Record {
        std::int64_t number = 0;
        std::string text;
    };
    using Files = std::map<std::string, std::string>;  ///< name and text
    using Directories = std::map<std::string, Files>;  ///< by host and path, "acd-lb1 /var/tmp/procrun-lock"

    std::optional<Answer> by_script(const Invocation&);
    static Answer look(Directories::const_iterator);
    Answer taken(Directories::const_iterator, const std::string& record, std::int64_t number, const std::string& note);
    Answer claim(const std::string& record, std::int64_t number, const std::string& token, const std::string& note);
    std::optional<Answer> about_directory(std::string_view program, const std::string& directory, const std::string& key);

    Directories directories_;
    std::map<std::string, Record> records_;  ///< of the newest run, as lock hosts and machines keep it: by host and path
};

}  // namespace rehearsal
