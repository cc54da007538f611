#include "lang/analysis/rules/needs.hpp"

#include <algorithm>

#include "lang/analysis/analyzer.hpp"
#include "lang/model/site.hpp"

namespace lang::analysis {

namespace {

bool contains(const std::vector<const Host*>& hosts, const Host* host) {
    return std::find(hosts.begin(), hosts.end(), host) != hosts.end();
}

/// Somewhere else than on this machine, which always answers.
bool is_reached(const Place& place) { return place.kind == Place::Kind::Machine && place.host->via != Via::Local; }

}  // namespace

ReachedHost& Needs::reach(const Host& host) {
    const auto known = std::find_if(reached_.begin(), reached_.end(), [&](const ReachedHost& one) { return one.host == &host; });
    return known != reached_.end() ? *known : reached_.emplace_back(ReachedHost{.host = &host, .needed_by = std::nullopt});
}

void Needs::acts(const Place& place, std::vector<const Host*> given, Span span, bool certain) {
    acts_.push_back({place.kind == Place::Kind::Machine ? place.host : nullptr, std::move(given)});
    if (!is_reached(place)) return;
    reach(*place.host);
    if (caught > 0) return is_dealt_with(*place.host);
    if (certain && place.sure) needs(*place.host, span);
}

void Needs::asks(std::size_t builtin, const Signature& signature, const Place& place, Span span, bool certain) {
    if (!is_reached(place)) return;
    reach(*place.host);
    const bool reads_silence = reads == Reads::Silence || (options_.reads_silence && options_.reads_silence(builtin));
    const bool waits_for_it = reads == Reads::Wait && signature.module == "machine";
    if (reads_silence || waits_for_it) return is_dealt_with(*place.host);
    if (reads != Reads::Require) return;
    if (caught > 0) return is_dealt_with(*place.host);
    if (certain && place.sure && optional == 0) needs(*place.host, span);
}

Needs::Call::~Call() {
    const auto begin = needs_.acts_.begin() + static_cast<std::ptrdiff_t>(before_);
    if (begin == needs_.acts_.end()) return;
    for (const Host* host : given_) {
        const bool is_about_it =
            std::none_of(begin, needs_.acts_.end(), [&](const Act& act) { return act.host == host || contains(act.given, host); });
        if (is_about_it) needs_.is_dealt_with(*host);
    }
}

}  // namespace lang::analysis

namespace lang {

std::vector<ReachedHost> reached_hosts(const program::Program& program, const Catalog& catalog, const NeedsOptions& options) {
    analysis::Analyzer analyzer(program, catalog, true, options);
    analyzer.everything();
    return analyzer.reached();
}

}  // namespace lang
