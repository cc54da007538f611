// Requests over the network, as a person makes them at a shell: with curl and nc.
#pragma once

#include <string>

#include "lang/model/site.hpp"
#include "runtime/command.hpp"

namespace cli::show {

/// `curl -s 'http://10.3.1.11:5580/urs/console?backup'`, `echo SHUTDOWN | nc 10.1.1.5 7890`. A password is asked for by curl itself.
std::string request_as_typed(const runtime::Request&, const lang::Host&, const std::string& input);

}  // namespace cli::show
