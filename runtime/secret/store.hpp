// The secrets of a site: where their bytes come from, and that they never show.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/model/site.hpp"
#include "lang/model/value.hpp"
#include "runtime/scheduler.hpp"
#include "runtime/secret/masker.hpp"

namespace runtime {

/// Reads each secret once, when it is first needed, and masks it from then on.
class Secrets {
  public:
    /// Asks the person without an echo; nothing where nobody can answer.
    using Ask = std::function<std::optional<std::string>(const std::string& prompt)>;

    /// `stop`: a Ctrl-C or SIGTERM ends what is waited for, a command or a pipe. It must outlive the secrets.
    Secrets(std::vector<lang::SecretSource> sources, Ask ask, const Stop& stop);
    ~Secrets();

    /// The secret, or unknown with the reason and what to do: the file is open to others, the variable is not set, nobody answered,
    /// the command failed or did not end within a minute. What failed is tried again the next time. One line end behind the bytes is taken
    /// off.
    lang::Value fetch(std::string_view name);

    /// Why it cannot be had, as far as that shows without asking a person (is there one, `somebody`?) and without running a command.
    /// What comes from the environment or a file is read.
    std::optional<std::string> obstacle(std::string_view name, bool somebody);

    std::string mask(std::string text) const { return masker_.mask(std::move(text)); }

  private:
    struct Entry;
    Ask ask_;
    const Stop& stop_;
    std::map<std::string, std::unique_ptr<Entry>, std::less<>> entries_;
    Masker masker_;
};

}  // namespace runtime
