// Where runs leave their lock: a directory with one file in it, which the lock's script takes, reads and gives back; a person can make
// and take it away by hand.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/core/answer.hpp"

namespace rehearsal {

struct Lock {
    static Lock healthy(const lang::Site&, lang::Time) { return {}; }

    void advance(lang::Time, World&) {}
    std::optional<Answer> answer(const Invocation&, World&);
    void power_off(const lang::Host&, lang::Time, World&) {}  // it is on the disk
    void power_on(const lang::Host&, lang::Time, World&) {}
    std::optional<std::string> plant(const lang::Host&, std::string_view trouble, lang::Time, World&);
    static std::vector<std::string> troubles() { return {"locked by NAME"}; }
    void snapshot(std::map<std::string, std::string>& out) const;

  private:
    using Files = std::map<std::string, std::string>;  ///< name and text
    using Directories = std::map<std::string, Files>;  ///< by host and path, "acd-lb1 /var/tmp/procrun-lock"

    std::optional<Answer> by_script(const Invocation&);
    static Answer look(Directories::const_iterator);
    std::optional<Answer> about_directory(std::string_view program, const std::string& directory, const std::string& key);

    Directories directories_;
};

}  // namespace rehearsal
