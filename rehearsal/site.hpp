// Where the simulated site is: in this process, or in one of its own (client.hpp).
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rehearsal/world.hpp"
#include "runtime/connection/stream.hpp"

namespace rehearsal {

/// What a log-in to a machine finds: the number of its start, or that it does not let one in.
struct Reached {
    int boots = 0;
    bool operator==(const Reached&) const = default;
};
struct Refused {
    std::string why;             ///< "No route to host"
    bool after_waiting = false;  ///< nobody says no: it takes until the caller's patience ends
    bool keeps_links = false;    ///< and a link that is open stays so, without a word
};
using Reachability = std::variant<Reached, Refused>;

class SimulatedSite {
  public:
    virtual ~SimulatedSite() = default;
    virtual Reachability reach(const lang::Host&, lang::Time at) = 0;
    virtual Answer run(const lang::Host&, const runtime::Line&, lang::Time at) = 0;
    /// How far time has gone there; a client that comes later starts from here.
    virtual lang::Time now() = 0;
    /// A trouble, as scenes have them, begins or ends. Nothing if that was done, or why not.
    virtual std::optional<std::string> inject(std::string_view /*trouble*/, Fault, lang::Time /*at*/) { return "this site takes none"; }
    /// Those that there are. Nothing where the site does not tell.
    virtual std::optional<std::vector<std::string>> troubles(lang::Time /*at*/) { return std::nullopt; }
};

/// The site in this process. The world must outlive it; while connections are in use, reach the world through `with`.
class LocalSite final : public SimulatedSite {
  public:
    explicit LocalSite(World& world) : world_(world) {}
    Reachability reach(const lang::Host&, lang::Time at) override;
    Answer run(const lang::Host&, const runtime::Line&, lang::Time at) override;
    lang::Time now() override;
    std::optional<std::string> inject(std::string_view trouble, Fault, lang::Time at) override;
    std::optional<std::vector<std::string>> troubles(lang::Time at) override;

  private:
    std::mutex mutex_;  // The real scheduler runs branches at the same time.
    World& world_;
};

/// What a log-in finds in a world that has advanced to the moment.
Reachability reach_in(const World&, const lang::Host&);

}  // namespace rehearsal
