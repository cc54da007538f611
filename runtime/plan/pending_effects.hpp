// What earlier statements of a plan would change: what is read of it now says nothing about the turn of a later statement.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/module.hpp"

namespace runtime {

/// The system of what may have to do with anything on its host.
inline constexpr const char* whole_host = "machine";
/// The system of a footprint that stands for all of them.
inline constexpr const char* every_system = "*";

class PendingEffects {
  public:
    explicit PendingEffects(const lang::Site&);

    /// `by` ("pcs.move(…) in step 5") would change this. A footprint without a host is one of `host`.
    void touch(const lang::Host& host, const std::vector<Footprint>&, const std::string& by);
    /// `by` ("the wait in step 5") goes on when this has become otherwise. It changes nothing itself: what else is on the host stays.
    void await(const lang::Host& host, const std::string& system, const std::vector<Footprint>&, const std::string& by);
    /// `by` would change something, and nobody can say what: everything on `host`, and on the machines of its clusters.
    void touch_all_around(const lang::Host& host, const std::string& by);
    /// Everything, everywhere.
    void touch_everything(const std::string& by);
    /// Something about `host` may change in a way that no footprint tells: a person sees to it, or a verb of the site.
    void come_near(const lang::Host& host, const std::string& by);

    /// The newest statement that would change something of this on `host`: there is no point in reading it now.
    std::optional<std::string> over(const lang::Host& host, const std::vector<Footprint>&) const;
    /// The newest statement that would change anything on `host`, waits for it, or names it. What is read there now counts all the same
    /// where it can be read and is as it should be; what cannot be read may be readable then.
    std::optional<std::string> near(const lang::Host& host) const;
    /// The newest that would change anything on `host` or on a machine that makes up a cluster with it, or waits for something of `system`
    /// there, which may be whole_host: what does not hold now may come to hold. That a machine does not answer is no affair of its
    /// neighbours.
    std::optional<std::string> around(const lang::Host& host, const std::string& system) const;

    /// After two ways of which one will be gone: what either of them would change. Both began as `before`.
    void join(const PendingEffects& other, const PendingEffects& before);

  private:
    /// Which statement, and when: the higher its order, the newer it is. 0: none.
    struct Mark {
        std::size_t order = 0;
        std::string by;
    };
    struct Touch {
        Footprint what;
        Mark mark;
    };
    /// Which clusters there are, by number, and who is in them. A plan of many machines asks for it at each of them.
    struct Clusters {
        std::vector<std::set<const lang::Host*>> members;
        std::map<const lang::Host*, std::vector<std::size_t>> of;
        const std::vector<std::size_t>& at(const lang::Host&) const;
    };
    Mark next(const std::string& by) { return {.order = ++newest_, .by = by}; }
    /// The newest of each system that is waited for; under "" what would change something.
    using MarksBySystem = std::map<std::string, Mark>;
    void mark(const Footprint&, const std::string& by, const std::string& system);
    void near_by(const lang::Host&, const std::string& system, const Mark&);
    const Mark* whole_site_at(const lang::Host&) const;

    std::shared_ptr<const Clusters> clusters_;
    std::size_t newest_ = 0;
    std::map<const lang::Host*, std::vector<Touch>> touches_;  ///< of each host the oldest first
    std::map<const lang::Host*, MarksBySystem> near_;
    std::vector<MarksBySystem> near_in_cluster_;  ///< the newest at any of its members
    Mark whole_site_;
};

}  // namespace runtime
