// `cluster`.
#include <fmt/format.h>

#include <algorithm>

#include "lang/check/declarations/records.hpp"
#include "lang/check/declarations/sites.hpp"
#include "lang/text/spell.hpp"

namespace lang::checker {

namespace {

/// What a key of a cluster takes.
enum class Takes { Text, Texts, Address, Hosts, Secret, Replication };

struct Setting {
    std::string key;
    Takes takes = Takes::Text;
};

struct ClusterKind {
    std::string name;
    std::vector<Setting> settings;
};

const std::vector<ClusterKind>& kinds() {
    using enum Takes;
    static const std::vector<ClusterKind> all{
        {"pacemaker", {{"resource", Texts}, {"ip", Address}, {"drbd", Texts}}},
        {"mysql", {{"replication", Replication}, {"replicas", Hosts}, {"user", Text}, {"password", Secret}}},
        {"haproxy",
         {{"backend", Text}, {"servers", Hosts}, {"socket", Text}, {"master", Text}, {"page", Text}, {"user", Text}, {"password", Secret}}},
    };
    return all;
}

std::optional<Value> as_list(const std::optional<std::vector<const Host*>>& hosts) {
    if (!hosts) return std::nullopt;
    std::vector<Value> values;
    for (const Host* host : *hosts) values.emplace_back(host);
    return Value::list(std::move(values));
}

std::optional<Value> as_value(std::optional<std::string> text) { return text ? std::optional(Value(std::move(*text))) : std::nullopt; }

std::optional<Value> setting(Takes takes, const ast::Entry& entry, Record& record, Environment& environment) {
    const std::string what = fmt::format("`{}`", entry.key.text);
    switch (takes) {
        case Takes::Text:
            return as_value(record.text(entry));
        case Takes::Address:
            return as_value(record.address(entry));
        case Takes::Secret:
            return as_value(record.secret(entry));
        case Takes::Hosts:
            return as_list(constant_hosts(entry.value, what, environment));
        case Takes::Texts:
            if (std::holds_alternative<ast::TextLiteral>(entry.value.node)) return as_value(record.text(entry));
            return constant_of(entry.value, Type::list_of(Kind::Text), what, environment);
        case Takes::Replication: {
            const std::vector<std::string> choices{"master-master", "master-replica"};
            const auto text = record.text(entry);
            if (!text || std::find(choices.begin(), choices.end(), *text) != choices.end()) return as_value(text);
            environment.report.error("E0406", entry.value.span, fmt::format("`replication` cannot be \"{}\"", *text))
                .help(suggestion(*text, choices, fmt::format("it is one of {}", listing(choices))));
            return std::nullopt;
        }
    }
    return std::nullopt;
}

/// What will name such a thing, or use it, is asked now whether it can.
bool can_be_used(const std::string& kind, const ast::Entry& entry, const Value& value, Environment& environment) {
    std::vector<std::string> texts;
    const auto add = [&](const Value& item) {
        if (const auto* text = std::get_if<Text>(&item.payload())) texts.push_back(text->value);
    };
    add(value);
    if (const auto* list = std::get_if<std::shared_ptr<const List>>(&value.payload())) {
        for (const Value& item : (*list)->items) add(item);
    }
    for (const std::string& text : texts) {
        const auto refused = environment.index.catalog().refusal_of_entry(fmt::format("{}.{}", kind, entry.key.text), text);
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
    std::vector<std::string> names;
    for (const ClusterKind& kind : kinds()) names.push_back(kind.name);
    const ast::Entry* entry = record.find("kind");
    if (entry == nullptr) {
        environment.report
            .error("E0414", record.written().name.span, fmt::format("the cluster `{}` does not say its kind", record.written().name.text))
            .help(fmt::format("add `kind`, one of {}", listing(names)));
        return nullptr;
    }
    const auto word = record.word(*entry, names);
    if (!word) return nullptr;
    return &*std::find_if(kinds().begin(), kinds().end(), [&](const ClusterKind& kind) { return kind.name == *word; });
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
        Cluster cluster{
            .name = written->name.text, .kind = kind == nullptr ? "" : kind->name, .nodes = {}, .settings = {}, .span = written->name.span};
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
            const auto known_setting =
                std::find_if(kind->settings.begin(), kind->settings.end(), [&](const Setting& s) { return s.key == entry->key.text; });
            if (known_setting != kind->settings.end()) {
                auto value = setting(known_setting->takes, *entry, record, environment);
                if (value && can_be_used(kind->name, *entry, *value, environment)) cluster.settings.emplace(entry->key.text, *value);
                continue;
            }
            std::vector<std::string> keys{"kind", "nodes"};
            for (const Setting& s : kind->settings) keys.push_back(s.key);
            record.unknown_key(*entry, keys, fmt::format("a cluster of kind {} takes {}", kind->name, listing(keys)));
        }
        if (environment.report.errors() > errors) cluster.kind.clear();
        environment.site->clusters.push_back(std::move(cluster));
    }
}

}  // namespace lang::checker
