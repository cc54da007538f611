// Every keyword of ssh_config(5), and what procrun does about it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "runtime/connection/ssh/configuration/host_settings.hpp"

namespace runtime {

struct SshKeyword {
    enum class Treatment {
        Honoured,     ///< as ssh does
        Told,         ///< it cannot be done, and would change whether or where we log in: who is concerned is told what to do instead
        Meaningless,  ///< has no meaning for us
    };
    std::string_view name;  ///< as ssh_config(5) writes it
    Treatment treatment;
    std::string_view text;                          ///< how it is honoured; what to do instead; why it has no meaning
    std::string_view harmless = {};                 ///< of Told: values that ask for nothing, with commas around each
    SshRemedy::When when = SshRemedy::When::Login;  ///< of Told
};

std::span<const SshKeyword> ssh_keywords();

/// What is to be told of a setting as `ssh -G` prints it; nothing where it asks for nothing that we do not do.
std::optional<SshRemedy> remedy_for(std::string_view keyword, std::string_view value);

/// The table as the documents have it, in Markdown.
std::string ssh_keywords_table();

}  // namespace runtime
