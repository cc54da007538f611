// Which hosts a run comes to, and which of them it needs from its beginning: it would fail on those later where they do not answer.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lang/program/tree.hpp"

namespace lang {

/// A host on which an action or a query may stand.
struct ReachedHost {
    const Host* host = nullptr;
    /// The first action or `require` that certainly stands on it, while nothing before deals with a silence of the host: it is not switched
    /// on or off or fenced, it is not waited for, no condition tests whether what it says is unknown, and no `else` answers the failure.
    /// Nothing where there is none: then the procedure has an answer to its silence, or may not come to it.
    std::optional<Span> needed_by;
};

struct NeedsOptions {
    /// Does this query, by its index in the catalog, read the silence of its host, as `net.answers` does? None does where it is not set.
    std::function<bool(std::size_t builtin)> reads_silence = {};
    /// Is this step, by its number, not done any more? None is where it is not set.
    std::function<bool(const std::string& step)> is_over = {};
};

/// In the order in which the run comes to them; each once. Takes as long as the analysis of a check.
std::vector<ReachedHost> reached_hosts(const program::Program&, const Catalog&, const NeedsOptions& = {});

}  // namespace lang
