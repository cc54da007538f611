// What the analysis comes by that a person answers or that a secret opens.
#include <fmt/format.h>

#include <algorithm>

#include "lang/analysis/analyzer.hpp"
#include "lang/model/site.hpp"

namespace lang {

Requirements requirements_of(const program::Program& program, const Catalog& catalog) {
    analysis::Analyzer analyzer(program, catalog, true);
    analyzer.everything();
    return analyzer.requirements();
}

}  // namespace lang

namespace lang::analysis {

using namespace program;

namespace {

using Question = Requirements::Question;

void add(const Expr& part, const State& state, Requirements::Parts& parts) {
    const auto value = state.known(part);
    if (!value || value->is_unknown()) {
        if (parts.empty() || parts.back()) parts.push_back(std::nullopt);
    } else if (!parts.empty() && parts.back()) {
        *parts.back() += value->plain();
    } else {
        parts.emplace_back(value->plain());
    }
}

Requirements::Parts parts_of(const Expr& text, const State& state) {
    Requirements::Parts parts;
    if (const auto* holes = std::get_if<Interpolated>(&text.node)) {
        for (const Expr& part : holes->parts) add(part, state, parts);
    } else {
        add(text, state, parts);
    }
    return parts;
}

/// The password for the log-in, where no key comes first, and that for sudo.
void add_secrets_of(const Host& host, std::set<std::string>& secrets) {
    if (host.via == Via::Simulated) return;
    if (host.password && host.via == Via::Ssh && host.key.empty()) secrets.insert(*host.password);
    if (host.sudo_password && host.become == Become::Sudo) secrets.insert(*host.sudo_password);
}

}  // namespace

void Analyzer::asks(Question::Kind kind, const Expr& text, const Type& type) { asks(kind, parts_of(text, state_), type); }

void Analyzer::asks(Question::Kind kind, Requirements::Parts parts, const Type& type) {
    if (unforeseen_ > 0) return;
    const bool only_on_failure = aside_ > 0;
    const auto [known, is_new] = requirements_.questions.try_emplace(std::move(parts), Question{kind, type, only_on_failure});
    if (!is_new) known->second.only_on_failure = known->second.only_on_failure && only_on_failure;
}

/// `procrun run` asks what to do about it, in the words of the source.
void Analyzer::may_fail(Span span) {
    if (span.file >= program_.parts.size()) return;
    const std::string_view source = program_.parts[span.file].text;
    const std::string_view written = source.substr(std::min<std::size_t>(span.begin, source.size()), span.end - span.begin);
    constexpr std::size_t enough = 60;  // beyond it is cut when it is asked
    asks(Question::Kind::Decision, {std::string(written.substr(0, std::min(written.find('\n'), enough))), std::nullopt});
}

void Analyzer::signs_off(const Signature& signature) {
    if (signature.danger.empty()) return;
    for (const char* who : {"", "second person, "}) {
        asks(Question::Kind::SignOff, {fmt::format("{}{}(", who, signature.full_name()), std::nullopt});
    }
}

void Analyzer::takes_secrets(const Signature& signature, const Place& place) {
    if (unforeseen_ > 0 || program_.site == nullptr) return;
    const Site& site = *program_.site;
    if (place.kind == Place::Kind::Machine) add_secrets_of(*place.host, requirements_.secrets);
    if (signature.effect == Effect::Action) {
        for (const Host* host : site.lock_hosts) add_secrets_of(*host, requirements_.secrets);
    }
    for (const Cluster& cluster : site.clusters) {
        const auto password = cluster.settings.find("password");
        const bool is_node = std::find(cluster.nodes.begin(), cluster.nodes.end(), place.host) != cluster.nodes.end();
        if (cluster.kind == signature.module && is_node && password != cluster.settings.end()) {
            requirements_.secrets.insert(password->second.plain());
        }
    }
}

}  // namespace lang::analysis
