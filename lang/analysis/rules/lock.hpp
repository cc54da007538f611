// Which machines that keep the site's lock are off at a place of the analysis.
#pragma once

#include <set>
#include <utility>

#include "lang/model/site.hpp"

namespace lang::analysis {

/// Every combination of lock hosts that may be off here. There is one in the beginning, in which none is.
class LockHosts {
  public:
    using Off = std::set<const Host*>;

    explicit LockHosts(const Site* site);

    /// May the last one that was on be off now?
    bool switch_off(const Host&);
    void switch_on(const Host&);

    /// Something happens or does not, or one thing happens or another: behind it the one or the other is so.
    std::set<Off> exchange(std::set<Off> situations) { return std::exchange(situations_, std::move(situations)); }
    const std::set<Off>& situations() const { return situations_; }
    void join(const std::set<Off>& others);

  private:
    std::set<const Host*> hosts_;
    std::set<Off> situations_;
};

/// What happens until the end of the block may also not happen.
class Perhaps {
  public:
    explicit Perhaps(LockHosts& hosts) : hosts_(hosts), before_(hosts.situations()) {}
    ~Perhaps() { hosts_.join(before_); }
    Perhaps(const Perhaps&) = delete;
    Perhaps& operator=(const Perhaps&) = delete;

  private:
    LockHosts& hosts_;
    std::set<LockHosts::Off> before_;
};

/// What happens until the end of the block, nothing comes behind.
class Aside {
  public:
    explicit Aside(LockHosts& hosts) : hosts_(hosts), before_(hosts.situations()) {}
    ~Aside() { hosts_.exchange(std::move(before_)); }
    Aside(const Aside&) = delete;
    Aside& operator=(const Aside&) = delete;

  private:
    LockHosts& hosts_;
    std::set<LockHosts::Off> before_;
};

}  // namespace lang::analysis
