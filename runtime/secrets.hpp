// The secrets of a site: fetched once, when they are first needed, and kept out of everything that is shown or stored.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/site.hpp"
#include "runtime/command.hpp"

namespace runtime {

class Secrets {
  public:
    using Ask = std::function<std::optional<std::string>(const std::string& prompt)>;
    /// Runs a line with sh on this machine and bounds the time that it may take.
    using RunHere = std::function<Reply(const std::string& line)>;

    Secrets(const std::vector<lang::SecretSource>& sources, Ask ask, RunHere run_here);

    /// The bytes as a Secret, or unknown with the reason. A line end at the end of a file or output is no part of it. Refused: a file
    /// that others can read (with the chmod that mends it), and fewer than four bytes: to mask them would tear every output apart.
    lang::Value fetch(std::string_view name);

    /// `text` with every secret that was fetched so far replaced by "***".
    std::string mask(std::string text) const;

  private:
    lang::Value read(const lang::SecretSource&) const;

    const std::vector<lang::SecretSource>& sources_;
    const Ask ask_;
    const RunHere run_here_;
    mutable std::mutex mutex_;
    std::mutex fetching_;  ///< a person is asked for one secret at a time, and once for each
    std::map<std::string, lang::Value, std::less<>> fetched_;
};

}  // namespace runtime
