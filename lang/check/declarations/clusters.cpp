// `cluster`.
#include <fmt/format.h>

#include <algorithm>

#include "lang/check/declarations/records.hpp"
#include "lang/check/declarations/sites.hpp"
#include "lang/model/cluster_kind.hpp"
#include "lang/text/spell.hpp"

namespace lang::checker {

namespace {

using Takes = ClusterEntry::Takes;

std::optional<Value> as_list(const std::optional<std::vector<const Host*>>& hosts) {
    if (!hosts) return std::nullopt;
    std::vector<Value> values;
    for (const Host* host : *hosts) values.emplace_back(host);
    return Value::list(std::move(values));
}

std::optional<Value> as_value(std::optional<std::string> text) { return text ? std::optional(Value(std::move(*text))) : std::nullopt; }

/// The text, where the entry takes it.
std::optional<Value> text_of(const ClusterEntry& known, const ast::Entry& entry, Record& record, Environment& environment) {
    const auto text = record.text(entry);
    const auto& choices = known.one_of;
    if (!text || choices.empty() || std::find(choices.begin(), choices.end(), *text) != choices.end()) return as_value(text);
    environment.report.error("E0406", entry.value.span, fmt::format("`{}` cannot be \"{}\"", known.name, *text))
        .help(suggestion(*text, choices, fmt::format("it is one of {}", listing(choices))));
    return std::nullopt;
}

std::optional<Value> setting(const ClusterEntry& known, const ast::Entry& entry, Record& record, Environment& environment) {
    const std::string what = fmt::format("`{}`", entry.key.text);
    switch (known.takes) {
        case Takes::Text:
            return text_of(known, entry, record, environment);
        case Takes::Address:
            return as_value(record.address(entry));
        case Takes::Secret:
            return as_value(record.secret(entry));
        case Takes::Hosts:
            return as_list(constant_hosts(entry.value, what, environment));
        case Takes::Texts:
            if (std::holds_alternative<ast::TextLiteral>(entry.value.node)) return text_of(known, entry, record, environment);
            return constant_of(entry.value, Type::list_of(Kind::Text), what, environment);
    }
    return std::nullopt;
}

/// What will name such a thing, or use it, is asked now whether it can.
bool can_be_used(const ClusterKind& kind, const ClusterEntry& known, const ast::Entry& entry, const Value& value,
                 Environment& environment) {
    std::vector<std::string> texts;
    const auto add = [&](const Value& item) {
        if (const auto* text = std::get_if<Text>(&item.payload())) texts.push_back(text->value);
    };
    add(value);
    if (const auto* list = std::get_if<std::shared_ptr<const List>>(&value.payload())) {
        for (const Value& item : (*list)->items) add(item);
    }
    for (const std::string& text : texts) {
        const auto refused = environment.index.catalog().refusal_of_entry(kind, known, text);
        if (!refused) continue;
        environment.report.error("E0406", entry.value.span, fmt::format("`{}`: {}", entry.key.text, refused->why))
            .label("can never work")
            .help(refused->instead);
        return false;
    }
    return true;
}

/// The kind that the cluster names; null, and a finding, where there is none.
const ClusterKind* kind_of(Record& record, Environment& environment) {
    const std::vector<ClusterKind>& kinds = environment.index.catalog().cluster_kinds();
    std::vector<std::string> names;
    for (const ClusterKind& kind : kinds) names.push_back(kind.name);
    const ast::Entry* entry = record.find("kind");
    if (entry == nullptr) {
        environment.report
            .error("E0414", record.written().name.span, fmt::format("the cluster `{}` does not say its kind", record.written().name.text))
            .help(fmt::format("add `kind`, one of {}", listing(names)));
        return nullptr;
    }
    const auto word = record.word(*entry, names);
    if (!word) return nullptr;
    return &*std::find_if(kinds.begin(), kinds.end(), [&](const ClusterKind& kind) { return kind.name == *word; });
}

}  // namespace

void declare_clusters(const Declarations& all, Environment& environment) {
    ByName<Span> first;
    for (const auto& [written, span] : all.clusters) {
        const auto [known, is_new] = first.try_emplace(written->name.text, written->name.span);
        if (!is_new) {
            environment.report.error("E0203", written->name.span, fmt::format("two clusters are called `{}`", written->name.text))
                .label("a second one")
                .see(known->second, "the first one");
        }
        const std::size_t errors = environment.report.errors();
        Record record(*written, environment);
        const ClusterKind* kind = kind_of(record, environment);
        Cluster cluster{.name = written->name.text,
                        .kind = kind == nullptr ? "" : kind->name,
                        .nodes = {},
                        .more_machines = {},
                        .settings = {},
                        .span = written->name.span};
        if (record.find("nodes") == nullptr) {
            environment.report.error("E0414", cluster.span, fmt::format("the cluster `{}` does not say its nodes", cluster.name))
                .help("add `nodes` with hosts or groups");
        }
        for (const ast::Entry* entry : record.entries()) {
            if (entry->key.text == "kind") continue;
            if (entry->key.text == "nodes") {
                cluster.nodes = constant_hosts(entry->value, "`nodes`", environment).value_or(std::vector<const Host*>());
                continue;
            }
            if (kind == nullptr) continue;
            if (const ClusterEntry* known = kind->find(entry->key.text)) {
                auto value = setting(*known, *entry, record, environment);
                if (!value || !can_be_used(*kind, *known, *entry, *value, environment)) continue;
                if (known->machines) {
                    for (const Value& host : value->items()) cluster.more_machines.push_back(&host.host());
                }
                cluster.settings.emplace(entry->key.text, *value);
                continue;
            }
            std::vector<std::string> keys{"kind", "nodes"};
            for (const ClusterEntry& known : kind->entries) keys.push_back(known.name);
            record.unknown_key(*entry, keys, fmt::format("a cluster of kind {} takes {}", kind->name, listing(keys)));
        }
        if (environment.report.errors() > errors) cluster.kind.clear();
        environment.site->clusters.push_back(std::move(cluster));
    }
}

}  // namespace lang::checker
