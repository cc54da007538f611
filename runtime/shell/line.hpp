// What is sent to a host.
#pragma once

#include <optional>
#include <string>

#include "runtime/command.hpp"

namespace runtime {

/// A command line for the host's login shell, or a request to one of its ports: ready to be sent, and the same without its secrets.
struct Line {
    std::string text;
    std::string shown;                              ///< for events, journal and messages
    std::string input;                              ///< for standard input, or what a request sends; secrets included: never logged
    std::optional<Request> request = std::nullopt;  ///< no shell gets it, and nobody logs in
};

}  // namespace runtime
