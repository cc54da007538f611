// What a server has executed, as a set of transactions with global identifiers: MySQL's "uuid:1-5:7,…" and MariaDB's "0-1-8,…".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace stdlib::mysql {

/// MariaDB numbers the transactions of a domain, whoever writes them: "0-1-8" says that server 1 wrote the 8th of domain 0. Here it
/// stands for all of that server up to the 8th.
class Gtids {
  public:
    /// Nothing where the text is neither MySQL's nor MariaDB's. An empty text is the empty set.
    static std::optional<Gtids> from(std::string_view);

    bool empty() const { return origins_.empty(); }
    /// The transactions that `other` has not.
    Gtids without(const Gtids& other) const;
    /// MariaDB: those that lie behind the last one of their domain in `position`. A position holds one entry for each domain, and
    /// whoever stands there has everything of the domain before it, whichever server wrote it.
    Gtids behind(const Gtids& position) const;
    /// Those that one server wrote: by its UUID (MySQL) or its server_id (MariaDB).
    Gtids written_by(std::string_view uuid, std::int64_t server_id) const;

    /// For a message: MySQL's ranges; of MariaDB's the last of each origin.
    std::string show() const;

  private:
    using Ranges = std::map<std::int64_t, std::int64_t>;  ///< first → last; they do not overlap

    bool add(const std::string& origin, std::string_view range);
    std::map<std::string, Ranges> origins_;  ///< by "uuid", "uuid:tag" or "domain-server"
};

}  // namespace stdlib::mysql
