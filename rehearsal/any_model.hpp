// A model of any system as one value: the world keeps those that no other system looks at without knowing their types.
#pragma once

#include <concepts>
#include <memory>
#include <utility>
#include <vector>

#include "rehearsal/model.hpp"

namespace rehearsal {

class AnyModel {
  public:
    // Asked first whether it is one already: whether an AnyModel can be copied must not depend on whether it is a Model.
    template <typename M>
    requires(!std::same_as<M, AnyModel> && Model<M>) explicit AnyModel(M model) : held_(std::make_unique<Held<M>>(std::move(model))) {}
    AnyModel(const AnyModel& other) : held_(other.held_->copy()) {}
    AnyModel(AnyModel&&) noexcept = default;
    AnyModel& operator=(AnyModel other) noexcept {
        held_.swap(other.held_);
        return *this;
    }
    ~AnyModel() = default;

    void advance(lang::Time time, World& world) { held_->advance(time, world); }
    std::optional<Answer> answer(const Invocation& call, World& world) { return held_->answer(call, world); }
    void power_off(const lang::Host& host, lang::Time time, World& world) { held_->power_off(host, time, world); }
    void power_on(const lang::Host& host, lang::Time time, World& world) { held_->power_on(host, time, world); }
    std::optional<std::string> inject(const lang::Host& host, std::string_view trouble, lang::Time time, World& world, Fault fault) {
        return held_->inject(host, trouble, time, world, fault);
    }
    TroublesOf troubles() const { return held_->troubles(); }
    void snapshot(std::map<std::string, std::string>& state) const { held_->snapshot(state); }
    std::optional<std::string> unnamed(const Invocation& call, const World& world) const { return held_->unnamed(call, world); }
    std::vector<std::string> units(const lang::Site& site, const lang::Host& host) const { return held_->units(site, host); }
    bool fails_over(const lang::Cluster& cluster) const { return held_->fails_over(cluster); }

  private:
    struct Holding {
        virtual ~Holding() = default;
        virtual std::unique_ptr<Holding> copy() const = 0;
        virtual void advance(lang::Time, World&) = 0;
        virtual std::optional<Answer> answer(const Invocation&, World&) = 0;
        virtual void power_off(const lang::Host&, lang::Time, World&) = 0;
        virtual void power_on(const lang::Host&, lang::Time, World&) = 0;
        virtual std::optional<std::string> inject(const lang::Host&, std::string_view trouble, lang::Time, World&, Fault) = 0;
        virtual TroublesOf troubles() const = 0;
        virtual void snapshot(std::map<std::string, std::string>&) const = 0;
        virtual std::optional<std::string> unnamed(const Invocation&, const World&) const = 0;
        virtual std::vector<std::string> units(const lang::Site&, const lang::Host&) const = 0;
        virtual bool fails_over(const lang::Cluster&) const = 0;
    };

    template <Model M>
    struct Held final : Holding {
        explicit Held(M one) : model(std::move(one)) {}
        std::unique_ptr<Holding> copy() const override { return std::make_unique<Held>(model); }
        void advance(lang::Time time, World& world) override { model.advance(time, world); }
        std::optional<Answer> answer(const Invocation& call, World& world) override { return model.answer(call, world); }
        void power_off(const lang::Host& host, lang::Time time, World& world) override { model.power_off(host, time, world); }
        void power_on(const lang::Host& host, lang::Time time, World& world) override { model.power_on(host, time, world); }
        std::optional<std::string> inject(const lang::Host& host, std::string_view trouble, lang::Time time, World& world,
                                          Fault fault) override {
            return model.inject(host, trouble, time, world, fault);
        }
        TroublesOf troubles() const override { return M::troubles(); }
        void snapshot(std::map<std::string, std::string>& state) const override { model.snapshot(state); }
        std::optional<std::string> unnamed(const Invocation& call, const World& world) const override {
            return rehearsal::unnamed(model, call, world);
        }
        std::vector<std::string> units(const lang::Site& site, const lang::Host& host) const override {
            return rehearsal::units(model, site, host);
        }
        bool fails_over(const lang::Cluster& cluster) const override { return rehearsal::fails_over(model, cluster); }
        M model;
    };

    std::unique_ptr<Holding> held_;
};

/// Makes a system as it is on a healthy site.
using MakeModel = AnyModel (*)(const lang::Site&, lang::Time start);
template <Model M>
AnyModel make_healthy(const lang::Site& site, lang::Time start) {
    return AnyModel(M::healthy(site, start));
}

}  // namespace rehearsal
