// The simulated site behind a fault: links that break, commands that lie or work late, hosts that fall silent, nodes that are lost.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rehearsal/site.hpp"
#include "runtime/scheduler.hpp"
#include "tests/campaign/simulated_run.hpp"

namespace campaign {

class FaultySite final : public rehearsal::SimulatedSite {
  public:
    /// All of them must outlive it. `at` is the fault's point: where a fault has several forms, they take turns by it.
    FaultySite(rehearsal::World& world, Fault fault, std::size_t at, runtime::Stop& stop, runtime::Scheduler& scheduler)
        : world_(world), site_(world), fault_(fault), at_(at), stop_(stop), scheduler_(scheduler) {}

    rehearsal::Reachability reach(const lang::Host&, lang::Time) override;
    rehearsal::Answer run(const lang::Host&, const runtime::Line&, lang::Time) override;
    lang::Time now() override { return site_.now(); }
    std::optional<std::string> inject(std::string_view trouble, rehearsal::Fault fault, lang::Time at) override {
        return site_.inject(trouble, fault, at);
    }
    std::optional<std::vector<std::string>> troubles(lang::Time at) override { return site_.troubles(at); }

    /// What follows on this host is the command of an action.
    void intend(const std::string& host) { intended_.insert(host); }
    /// It never came.
    void intend_nothing(const std::string& host) { intended_.erase(host); }
    void intend_nothing() { intended_.clear(); }
    /// The fault strikes with it.
    void arm(const std::string& host) { armed_ = host; }
    /// From now on the host says nothing to us.
    void silence(const std::string& host);
    /// From now on the cluster of a node, which by turns we do not hear either, hears nothing of it. Its services go on.
    void lose_a_node();
    /// The host speaks again, the node finds its cluster again.
    void heal();
    bool is_ill() const { return !silent_.empty() || !lost_.empty(); }

    /// Whoever still waits for the site then is told to stop.
    void must_end(lang::Time latest) { latest_ = latest; }
    bool endless() const { return endless_; }

    /// When what a command on this host has set going takes effect, where that is still to come.
    std::optional<lang::Time> takes_effect(const std::string& host) const;
    /// Lets everything take effect that is still to come.
    void finish();

    /// When both sides of a disk that only one may write to were Primary: what and where.
    const std::optional<std::string>& split() const { return split_; }

    std::vector<Outcome::Sent> wire;
    std::size_t acts() const;
    std::size_t acts_at(const std::string& host) const;

  private:
    /// What works late: it is run when its time has come.
    struct Late {
        lang::Time when{};
        const lang::Host* host = nullptr;
        runtime::Line line;
    };
    rehearsal::Answer strike(const lang::Host&, const runtime::Line&, lang::Time);
    void pass(lang::Time now);
    void deliver(lang::Time until);
    void watch_disks();

    rehearsal::World& world_;
    rehearsal::LocalSite site_;
    Fault fault_;
    std::size_t at_;
    runtime::Stop& stop_;
    runtime::Scheduler& scheduler_;
    lang::Time latest_ = lang::Time::max();
    bool endless_ = false;
    std::set<std::string> intended_;
    std::string armed_;
    std::vector<Late> late_;
    std::set<const lang::Host*> silent_, lost_;
    std::optional<std::string> split_;
};

}  // namespace campaign
