#include "lang/analysis/rules/lock.hpp"

namespace lang::analysis {

LockHosts::LockHosts(const Site* site) : situations_{Off{}} {
    if (site != nullptr) hosts_.insert(site->lock_hosts.begin(), site->lock_hosts.end());
}

bool LockHosts::switch_off(const Host& host) {
    if (!hosts_.contains(&host)) return false;
    bool last = false;
    std::set<Off> after;
    for (Off off : situations_) {
        last = (off.insert(&host).second && off.size() == hosts_.size()) || last;
        after.insert(std::move(off));
    }
    situations_ = std::move(after);
    return last;
}

void LockHosts::switch_on(const Host& host) {
    std::set<Off> after;
    for (Off off : situations_) {
        off.erase(&host);
        after.insert(std::move(off));
    }
    situations_ = std::move(after);
}

void LockHosts::join(const std::set<Off>& others) {
    constexpr std::size_t most = 1000;  // so many combinations need ten lock hosts: then some are not thought of
    if (situations_.size() < most) situations_.insert(others.begin(), others.end());
}

}  // namespace lang::analysis
