// What the modules' discoveries read and say alike (runtime/discovery.hpp).
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/discovery.hpp"

namespace stdlib::support {

/// The tool is not there: so is not what it would tell of. A shell says so by its exit status, sudo in words.
inline bool is_absent(const runtime::Reply& reply) {
    if (reply.ending == runtime::Ending::NotSimulated) return true;  // a simulated machine has nothing that no model knows
    constexpr int no_such_command = 127;
    const auto says = [&](std::string_view words) { return reply.err.find(words) != std::string::npos; };
    return reply.ending == runtime::Ending::Exited &&
           (reply.code == no_such_command || (reply.code != 0 && (says("not found") || says("No such file"))));
}

/// Adds what is neither empty nor among them.
inline void add_once(std::vector<std::string>& all, const std::string& one) {
    if (!one.empty() && std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
}

/// A list of texts as a value; `texts_in` reads it.
inline lang::Value text_list(const std::vector<std::string>& all) { return lang::Value::list({all.begin(), all.end()}); }

/// A finding that is such a list; nothing where that is empty.
inline runtime::Finding found(const std::vector<std::string>& all) { return {.what = all.empty() ? lang::Value() : text_list(all)}; }

/// "DRBD resources: no answer in time": one thing that could not be told.
inline runtime::Finding not_known(std::string_view what, std::string_view why) { return {.unknown = {fmt::format("{}: {}", what, why)}}; }

}  // namespace stdlib::support
