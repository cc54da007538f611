// The env file of a Linux machine, as the tools of `file` see and change it.
//
// Its path is the fact `env_file` (a text), what it says the fact `env` (a list of texts, one a line).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/core/answer.hpp"
#include "rehearsal/trouble.hpp"

namespace rehearsal {

struct EnvFile {
    std::string path;
    std::vector<std::string> lines;
    std::vector<std::string> backups;  ///< their paths
    bool is_link = false;              ///< injected
    bool read_only = false;            ///< injected: nothing new can be written beside it
};

struct EnvFiles {
    static EnvFiles healthy(const lang::Site&, lang::Time start);
    void advance(lang::Time, World&) {}
    std::optional<Answer> answer(const Invocation&, World&);
    void power_off(const lang::Host&, lang::Time, World&) {}
    void power_on(const lang::Host&, lang::Time, World&) {}
    std::optional<std::string> inject(const lang::Host&, std::string_view trouble, lang::Time, World&, Fault = Fault::Begins);
    static TroublesOf troubles();
    void snapshot(std::map<std::string, std::string>& out) const;

    /// All of it; empty where the machine has none.
    std::string text(const lang::Host&) const;

  private:
    Answer replace_lines(EnvFile&, const Invocation&);

    std::map<std::string, EnvFile> files_;  ///< by the host's name
};

}  // namespace rehearsal
