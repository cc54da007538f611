#include "runtime/module.hpp"

#include <algorithm>
#include <cassert>
#include <stdexcept>

#include "runtime/connection/net/network.hpp"

namespace runtime {

lang::Value thing(std::string text, std::string item, std::vector<std::string> about) {
    std::vector<lang::Value> texts{std::move(text), std::move(item)};
    for (std::string& name : about) texts.emplace_back(std::move(name));
    return lang::Value::list(std::move(texts));
}

namespace {

/// What it sends first, whatever the host will say.
std::vector<Command> first_commands(const Builtin& builtin, const Context& context) {
    if (const auto* query = std::get_if<Query>(&builtin.parts)) return query->read.commands(context);
    const auto* action = std::get_if<Action>(&builtin.parts);
    if (action == nullptr) return {};
    return action->probe ? action->probe->commands(context) : std::vector{action->command({}, context)};
}

/// The line is made as it is made in a run, for an account that needs no sudo.
std::optional<std::string> unsendable(const Builtin& builtin, std::span<const Value> values, const lang::Host& host,
                                      const lang::Site& site) {
    static const Detected nothing;
    const Arguments arguments(builtin.signature, {values.begin(), values.end()});
    try {
        for (const Command& command : first_commands(builtin, {.arguments = arguments, .host = &host, .site = &site, .detected = nothing}))
            line_for(host, command, Privilege{}, Language::OfAccount);
    } catch (const std::invalid_argument& refused) {
        return refused.what();
    }
    return std::nullopt;
}

std::vector<Footprint> touched(const Builtin& builtin, std::span<const Value> values, const lang::Host& host, const lang::Site& site) {
    static const Detected nothing;
    const Arguments arguments(builtin.signature, {values.begin(), values.end()});
    return std::get<Action>(builtin.parts).touches({.arguments = arguments, .host = &host, .site = &site, .detected = nothing});
}

bool takes_script(const lang::Signature& signature) {
    return std::any_of(signature.parameters.begin(), signature.parameters.end(), [](const lang::Parameter& p) { return p.script; });
}

lang::Catalog catalog_of(const std::vector<Module>& modules) {
    std::vector<lang::Signature> signatures;
    for (const Module& module : modules) {
        for (const Builtin& builtin : module.builtins) {
            lang::Signature& signature = signatures.emplace_back(builtin.signature);
            signature.module = module.name;
            if (signature.cluster.empty()) signature.cluster = module.cluster;
            signature.counterpart = module.counterpart;
            if (takes_script(signature)) {
                signature.unsendable = [&builtin](std::span<const Value> values, const lang::Host& host, const lang::Site& site) {
                    return runtime::unsendable(builtin, values, host, site);
                };
            }
            if (const auto* action = std::get_if<Action>(&builtin.parts); action != nullptr && action->touches) {
                signature.touches = [&builtin](std::span<const Value> values, const lang::Host& host, const lang::Site& site) {
                    return touched(builtin, values, host, site);
                };
            }
        }
    }
    std::vector<lang::ClusterKind> kinds;
    for (const Module& module : modules) kinds.insert(kinds.end(), module.cluster_kinds.begin(), module.cluster_kinds.end());
    return lang::Catalog(std::move(signatures), std::move(kinds));
}

}  // namespace

Value none_fails(const Value& failings) {
    if (failings.is_unknown()) return failings;
    const Value* untold = nullptr;
    for (const Value& item : failings.items()) {
        if (!item.is_unknown()) return false;
        if (untold == nullptr) untold = &item;
    }
    return untold == nullptr ? Value(true) : *untold;
}

const Value& Arguments::operator[](std::string_view name) const {
    const auto& parameters = signature_->parameters;
    const auto it = std::find_if(parameters.begin(), parameters.end(), [&](const auto& p) { return p.name == name; });
    assert(it != parameters.end() && "a builtin asked for a parameter that it does not declare");
    return values_[static_cast<std::size_t>(it - parameters.begin())];
}

std::vector<Right> programs_only(const Context&) { return {}; }

Registry::Registry(std::vector<Module> modules) : modules_(std::move(modules)), catalog_(catalog_of(modules_)) {
    for (Module& module : modules_) {
        for (Builtin& builtin : module.builtins) {
            builtin.signature.module = module.name;
            if (!builtin.rights && builtin.signature.effect != lang::Effect::Pure) builtin.rights = module.rights;
            builtins_.push_back(&builtin);
        }
    }
}

std::map<std::string, std::string> Registry::paths() const {
    std::map<std::string, std::string> all;
    for (const Module& module : modules_) all.insert(module.paths.begin(), module.paths.end());
    return all;
}

const Detection& Registry::detection(std::string_view name) const {
    for (const Module& module : modules_) {
        for (const Detection& detection : module.detections) {
            if (detection.name == name) return detection;
        }
    }
    assert(false && "a builtin needs a detection that no module has");
    std::abort();
}

}  // namespace runtime
