#include "runtime/module.hpp"

#include <algorithm>
#include <cassert>

namespace runtime {

namespace {

lang::Catalog catalog_of(const std::vector<Module>& modules) {
    std::vector<lang::Signature> signatures;
    for (const Module& module : modules) {
        for (const Builtin& builtin : module.builtins) {
            signatures.push_back(builtin.signature);
            signatures.back().module = module.name;
        }
    }
    return lang::Catalog(std::move(signatures));
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

Registry::Registry(std::vector<Module> modules) : modules_(std::move(modules)), catalog_(catalog_of(modules_)) {
    for (Module& module : modules_) {
        for (Builtin& builtin : module.builtins) {
            builtin.signature.module = module.name;
            builtins_.push_back(&builtin);
        }
    }
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
