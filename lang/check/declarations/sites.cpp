#include "lang/check/declarations/sites.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "lang/program/constant.hpp"
#include "lang/text/spell.hpp"

namespace lang::checker {

namespace {

constexpr ExprContext declaration{.host = ExprContext::Host::None, .no_queries = "a declaration is known before anything runs"};

}  // namespace

std::optional<Value> folded(const program::Expr& expression, std::span<const std::optional<Value>> slots, std::string_view what,
                            Environment& environment) {
    if (holds_wrong(expression.type)) return std::nullopt;
    if (const auto* literal = std::get_if<program::Literal>(&expression.node)) return literal->value;
    auto value = constant(expression, {.slots = slots});
    if (!value && !environment.report.has_errors())
        environment.report.error("E0406", expression.span, fmt::format("{} must be known before anything runs", what));
    return value;
}

std::optional<Value> constant_of(const ast::Expr& written, const Type& wanted, std::string_view what, Environment& environment) {
    Scope scope;
    Expressions expressions(environment, scope, nullptr, declaration);
    return folded(expressions.of_type(written, wanted, what), {}, what, environment);
}

std::optional<std::vector<const Host*>> constant_hosts(const ast::Expr& written, std::string_view what, Environment& environment) {
    Scope scope;
    Expressions expressions(environment, scope, nullptr, declaration);
    const program::Expr list = expressions.list(written, what);
    if (holds_wrong(list.type)) return std::nullopt;
    if (!is_list_of_hosts(list.type)) {
        const bool quoted = list.type.kind() == Kind::List && list.type.element().kind() == Kind::Text;
        environment.report.error("E0406", written.span, fmt::format("{} must be hosts, not {}", what, with_article(list.type)))
            .help(quoted ? "names of hosts and groups stand without quotes" : "");
        return std::nullopt;
    }
    const auto value = folded(list, {}, what, environment);
    if (!value) return std::nullopt;
    std::vector<const Host*> hosts;
    for (const Value& host : value->items()) hosts.push_back(&host.host());
    if (hosts.empty() && std::holds_alternative<ast::Where>(written.node)) {
        environment.report.error("E0521", written.span, "no host matches this `where`")
            .help("what is meant to be empty says so: `group NAME = nobody`");
        return std::nullopt;
    }
    return hosts;
}

void build_site(const Declarations& all, const Files& files, Environment& environment) {
    Site& site = *environment.site;
    if (files.site_path) site.path = *files.site_path;
    environment.has_site = files.site_path.has_value() || !all.hosts.empty();
    for (std::size_t i = 0; i < all.site_names.size(); ++i) {
        if (i == 0) {
            site.name = all.site_names[i].written->name;
        } else {
            environment.report.error("E0407", all.site_names[i].span, "the site is named twice")
                .see(all.site_names.front().span, "first here");
        }
    }
    declare_facts(all, environment);
    declare_secrets(all, environment);
    declare_hosts(all, environment);
    declare_groups(all, environment);
    declare_clusters(all, environment);
    declare_notified(all, environment);
    declare_replies(all, environment);
    declare_scenes(all, environment);
    declare_lock(all, environment);
}

void declare_secrets(const Declarations& all, Environment& environment) {
    using From = SecretSource::From;
    static constexpr std::array<std::pair<std::string_view, From>, 4> sources{
        {{"prompt", From::Prompt}, {"environment", From::Environment}, {"file", From::File}, {"command", From::Command}}};
    for (const auto& [secret, span] : all.secrets) {
        SecretSource declared{.name = secret->name.text, .argument = secret->argument, .span = secret->name.span};
        const auto* from =
            std::find_if(sources.begin(), sources.end(), [&word = secret->from.text](const auto& source) { return source.first == word; });
        if (from == sources.end()) {
            std::vector<std::string> known;
            for (const auto& [name, kind] : sources) known.emplace_back(name);
            environment.report.error("E0404", secret->from.span, fmt::format("a secret cannot come from `{}`", secret->from.text))
                .help(suggestion(secret->from.text, known, fmt::format("it comes from {}", listing(known))));
        } else {
            declared.from = from->second;
        }
        const std::size_t index = environment.site->secrets.size();
        if (environment.names.declare(declared.name, {SecretName{index}, declared.span}, environment.report)) {
            environment.site->secrets.push_back(std::move(declared));
        }
    }
}

namespace {

/// A host that stands in a group twice would be visited twice.
std::vector<const Host*> each_once(const std::vector<const Host*>& hosts, const ast::GroupDecl& group, Environment& environment) {
    std::vector<const Host*> once;
    std::unordered_set<const Host*> seen;
    for (const Host* host : hosts) {
        if (seen.insert(host).second) once.push_back(host);
    }
    if (once.size() < hosts.size()) {
        const auto twice =
            std::find_if(hosts.begin(), hosts.end(), [&](const Host* h) { return std::count(hosts.begin(), hosts.end(), h) > 1; });
        environment.report
            .error("E0407", group.hosts->span, fmt::format("`{}` is in the group `{}` twice", (*twice)->name, group.name.text))
            .label("its hosts");
    }
    return once;
}

}  // namespace

void declare_groups(const Declarations& all, Environment& environment) {
    // A group may be made of groups that are declared before it.
    for (const auto& [group, span] : all.groups) environment.lets_to_come.emplace(group->name.text, group->name.span);
    for (const auto& [group, span] : all.groups) {
        Group declared{.name = group->name.text, .hosts = {}, .span = group->name.span};
        if (!group->nobody && group->hosts) {
            const auto hosts = constant_hosts(*group->hosts, "what a group names", environment);
            if (!hosts) {
                environment.names.declare(declared.name, {MissingName{}, declared.span}, environment.report);
                continue;
            }
            declared.hosts = each_once(*hosts, *group, environment);
        }
        const std::size_t index = environment.site->groups.size();
        if (environment.names.declare(declared.name, {GroupName{index}, declared.span}, environment.report)) {
            environment.site->groups.push_back(std::move(declared));
        }
    }
    environment.lets_to_come.clear();
}

namespace {

/// Do two names of the site lead to one machine?
bool are_one_machine(const Host& one, const Host& other) {
    if (one.via == Via::Local && other.via == Via::Local) return true;
    return one.address == other.address && one.port == other.port && one.jump == other.jump;
}

/// A run would find its own lock on the second one, and take it for another run's.
void refuse_one_machine_twice(const Site& site, Span span, Report& report) {
    for (std::size_t i = 0; i < site.lock_hosts.size(); ++i) {
        for (std::size_t j = i + 1; j < site.lock_hosts.size(); ++j) {
            const Host& one = *site.lock_hosts[i];
            const Host& other = *site.lock_hosts[j];
            if (!are_one_machine(one, other)) continue;
            const std::string same =
                one.address == other.address ? fmt::format("both have the address {}", one.address) : "both are this machine";
            report.error("E0416", span, fmt::format("`{}` and `{}` are one machine: {}", one.name, other.name, same))
                .see(one.span, fmt::format("`{}`", one.name))
                .see(other.span, fmt::format("`{}`", other.name))
                .help("name one of them, or correct the address");
            return;
        }
    }
}

/// A part of a path, and of a name that a person types.
std::string lock_id(const std::string& written, Span span, Report& report) {
    constexpr std::size_t longest = 40;
    const bool plain = std::all_of(written.begin(), written.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (plain && !written.empty() && written.size() <= longest) return written;
    report.error("E0429", span, fmt::format("\"{}\" cannot be the id of a lock: that is 1 to {} letters, digits and `-`", written, longest))
        .help("leave it out, unless another site has its lock on one of these machines");
    return {};
}

}  // namespace

void declare_lock(const Declarations& all, Environment& environment) {
    Site& site = *environment.site;
    for (const auto& [lock, span] : all.locks) {
        if (span.begin != all.locks.front().span.begin || span.file != all.locks.front().span.file) {
            environment.report.error("E0407", span, "the site's lock is declared twice").see(all.locks.front().span, "first here");
            return;
        }
        site.lock_hosts = constant_hosts(*lock->hosts, "what keeps the lock", environment).value_or(std::vector<const Host*>());
        site.lock_span = span;
        if (lock->id) site.lock_id = lock_id(*lock->id, span, environment.report);
        for (const Host* host : site.lock_hosts) {
            if (host->os == Os::Linux) continue;
            environment.report.error("E0416", span, fmt::format("`{}` cannot keep the lock: it does not run Linux", host->name))
                .help("name hosts that run Linux and that no procedure switches off");
        }
        // All runs take it in one order, so that two of them cannot each hold what the other waits for.
        std::sort(site.lock_hosts.begin(), site.lock_hosts.end(), [](const Host* a, const Host* b) { return a->name < b->name; });
        site.lock_hosts.erase(std::unique(site.lock_hosts.begin(), site.lock_hosts.end()), site.lock_hosts.end());
        refuse_one_machine_twice(site, span, environment.report);
    }
}

}  // namespace lang::checker
