// `fact`, `connect` and `host`.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lang/check/declarations/records.hpp"
#include "lang/check/declarations/sites.hpp"
#include "lang/text/elsewhere.hpp"
#include "lang/text/spell.hpp"

namespace lang::checker {

namespace {

bool is_key_of_hosts(std::string_view name) {
    const auto& reach = Record::keys_of_reach();
    return name == "name" || name == "address" || name == "os" || std::find(reach.begin(), reach.end(), name) != reach.end();
}

std::optional<Os> os_of(std::string_view word) {
    if (word == "linux") return Os::Linux;
    if (word == "windows") return Os::Windows;
    return std::nullopt;
}

/// What `connect linux` and `connect windows` say.
struct Connects {
    std::array<Reach, 2> by_os;
    const Reach& of(Os os) const { return by_os[static_cast<std::size_t>(os)]; }
};

Connects read_connects(const Declarations& all, Environment& environment) {
    Connects connects;
    std::array<std::optional<Span>, 2> first;
    for (const auto& [connect, span] : all.connects) {
        const auto os = os_of(connect->name.text);
        if (!os) {
            environment.report
                .error("E0405", connect->name.span, fmt::format("`connect` is for linux or windows, not `{}`", connect->name.text))
                .help(suggestion(connect->name.text, {"linux", "windows"}));
            continue;
        }
        const auto index = static_cast<std::size_t>(*os);
        if (first[index]) {
            environment.report.error("E0407", connect->name.span, fmt::format("`connect {}` is said twice", connect->name.text))
                .see(*first[index], "first said here");
        }
        first[index] = connect->name.span;
        Record record(*connect, environment);
        for (const ast::Entry* entry : record.entries()) {
            if (!record.reach(*entry, connects.by_os[index])) record.unknown_key(*entry, Record::keys_of_reach());
        }
    }
    return connects;
}

void use(const Reach& reach, Host& host) {
    host.via = reach.via.value_or(Via::Ssh);
    host.become = reach.become.value_or(Become::None);
    host.user = reach.user.value_or("");
    host.port = reach.port.value_or(0);
    host.jump = reach.jump.value_or("");
    host.key = reach.key.value_or("");
    host.password = reach.password;
    host.sudo_password = reach.sudo_password;
}

/// Every declared fact, or the host lacks it.
void complete_facts(Host& host, const ByName<Span>& said, Environment& environment) {
    host.facts.emplace("name", Value(host.name));
    host.facts.emplace("address", Value(host.address));
    std::vector<std::string> missing;
    std::vector<Span> declared;
    for (const FactDeclaration& fact : environment.site->facts) {
        if (host.facts.contains(fact.name) || said.contains(fact.name) || holds_wrong(fact.type)) continue;
        if (fact.default_value) {
            host.facts.emplace(fact.name, *fact.default_value);
        } else {
            missing.push_back(fmt::format("`{}`", fact.name));
            declared.push_back(fact.span);
        }
    }
    if (missing.empty() || environment.broken.contains(host.name)) return;  // they may stand in what could not be read
    auto finding = environment.report.error("E0408", host.span, fmt::format("the host `{}` does not say {}", host.name, listing(missing)));
    finding.label("a fact is missing");
    for (std::size_t i = 0; i < std::min<std::size_t>(missing.size(), 3); ++i) {
        finding.see(declared[i], fmt::format("{} is declared here, without a default", missing[i]));
    }
    finding.help("say it for the host, or give the declaration a default: `fact NAME: TYPE = …`");
}

/// What a declaration would say for a fact that is written so; `TYPE` where only its author knows.
std::string fitting_type(const ast::Expr& written) {
    if (const auto* literal = std::get_if<ast::Literal>(&written.node)) {
        if (std::holds_alternative<std::int64_t>(literal->value.payload())) return Type(Kind::Int).name();
        if (std::holds_alternative<bool>(literal->value.payload())) return Type(Kind::Bool).name();
        if (std::holds_alternative<Duration>(literal->value.payload())) return Type(Kind::Duration).name();
    }
    if (std::holds_alternative<ast::TextLiteral>(written.node)) return Type(Kind::Text).name();
    const auto* list = std::get_if<ast::ListLiteral>(&written.node);
    if (list != nullptr && !list->items.empty()) return "list of " + fitting_type(list->items.front());
    return "TYPE";
}

void read_host(const ast::RecordDecl& written, Host& host, const Connects& connects, Environment& environment) {
    Record record(written, environment);
    Reach reach;
    ByName<Span> said;
    for (const ast::Entry* entry : record.entries()) {
        const std::string& key = entry->key.text;
        said.emplace(key, entry->key.span);
        if (key == "address") {
            if (const auto address = record.address(*entry)) host.address = *address;
        } else if (key == "os") {
            if (const auto os = record.word(*entry, {"linux", "windows"})) host.os = *os_of(*os);
        } else if (record.reach(*entry, reach)) {
            continue;
        } else if (const FactMeaning* fact = look_up(environment.facts, key); fact != nullptr && key != "name") {
            const auto value = constant_of(entry->value, fact->type, fmt::format("the fact `{}`", key), environment);
            if (value) host.facts.emplace(key, *value);
        } else if (!environment.lacks_imports) {
            std::vector<std::string> known = Record::keys_of_reach();
            known.insert(known.end(), {"address", "os"});
            for (const FactDeclaration& declared : environment.site->facts) known.push_back(declared.name);
            const std::string_view meant = other_entry(key);
            if (!meant.empty()) known = {std::string(meant)};
            record.unknown_key(*entry, std::move(known),
                               !meant.empty() ? fmt::format("here that is `{}`", meant)
                                              : fmt::format("declare it: `fact {}: {}`", key, fitting_type(entry->value)));
        }
    }
    reach.complete_from(connects.of(host.os));
    use(reach, host);
    complete_facts(host, said, environment);
}

}  // namespace

void declare_facts(const Declarations& all, Environment& environment) {
    environment.facts.emplace("name", FactMeaning{Kind::Text, {}});
    environment.facts.emplace("address", FactMeaning{Kind::Address, {}});
    for (const auto& [fact, span] : all.facts) {
        const Span at = fact->name.span;
        Type type = written_type(fact->type, environment.index, environment.report);
        if (holds_secret(type)) {
            environment.report.error("E0413", fact->type.span, "a fact is not a secret: facts are shown")
                .help("`secret NAME from file \"…\"` declares one");
            type = Type();
        }
        if (is_key_of_hosts(fact->name.text)) {
            environment.report.error("E0413", at,
                                     fmt::format("`{}` is an entry of every host: a fact needs another name", fact->name.text));
            continue;
        }
        const auto [first, is_new] = environment.facts.try_emplace(fact->name.text, FactMeaning{type, at});
        if (!is_new) {
            environment.report.error("E0203", at, fmt::format("the fact `{}` is declared twice", fact->name.text))
                .label("a second time")
                .see(first->second.span, "first declared here");
            continue;
        }
        FactDeclaration declared{.name = fact->name.text, .type = type, .default_value = std::nullopt, .span = at};
        if (fact->default_value) {
            declared.default_value =
                constant_of(*fact->default_value, type, fmt::format("the default of `{}`", fact->name.text), environment);
            if (!declared.default_value) declared.default_value = Value();  // reported: no host lacks it
        }
        environment.site->facts.push_back(std::move(declared));
    }
}

void declare_hosts(const Declarations& all, Environment& environment) {
    const Connects connects = read_connects(all, environment);
    // All names first: a fact may be a host that is declared further down.
    std::vector<std::pair<const ast::RecordDecl*, Host*>> declared;
    for (const auto& [written, span] : all.hosts) {
        auto host = std::make_unique<Host>();
        host->name = host->address = written->name.text;
        host->span = written->name.span;
        if (!environment.names.declare(host->name, {HostName{host.get()}, host->span}, environment.report)) continue;
        declared.emplace_back(written, host.get());
        environment.site->hosts_by_name.emplace(host->name, host.get());
        environment.site->hosts.push_back(std::move(host));
    }
    for (const auto& [written, host] : declared) read_host(*written, *host, connects, environment);
}

}  // namespace lang::checker
