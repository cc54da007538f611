#include "lang/check/declarations/records.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lang/check/declarations/sites.hpp"
#include "lang/text/spell.hpp"

namespace lang::checker {

namespace {

template <typename T>
void complete(std::optional<T>& own, const std::optional<T>& other) {
    if (!own) own = other;
}

const std::string* word_of(const ast::Expr& expression) {
    const auto* name = std::get_if<ast::NameUse>(&expression.node);
    return name == nullptr ? nullptr : &name->name;
}

std::string value_of(const ast::Entry& entry) { return fmt::format("`{}`", entry.key.text); }

}  // namespace

void Reach::complete_from(const Reach& other) {
    complete(via, other.via);
    complete(become, other.become);
    complete(user, other.user);
    complete(jump, other.jump);
    complete(key, other.key);
    complete(password, other.password);
    complete(sudo_password, other.sudo_password);
    complete(port, other.port);
}

Record::Record(const ast::RecordDecl& written, Environment& environment) : environment_(environment), written_(written) {
    ByName<Span> seen;
    for (const ast::Entry& entry : written.entries) {
        const auto [first, is_new] = seen.try_emplace(entry.key.text, entry.key.span);
        if (is_new) {
            entries_.push_back(&entry);
        } else {
            environment.report.error("E0407", entry.key.span, fmt::format("`{}` is said twice", entry.key.text))
                .label("a second time")
                .see(first->second, "first said here");
        }
    }
}

const ast::Entry* Record::find(std::string_view key) const {
    const auto it = std::find_if(entries_.begin(), entries_.end(), [&](const ast::Entry* entry) { return entry->key.text == key; });
    return it == entries_.end() ? nullptr : *it;
}

std::optional<std::string> Record::text(const ast::Entry& entry) {
    const auto value = constant_of(entry.value, Kind::Text, value_of(entry), environment_);
    return value ? std::optional(value->text()) : std::nullopt;
}

std::optional<std::string> Record::address(const ast::Entry& entry) {
    const auto value = constant_of(entry.value, Kind::Address, value_of(entry), environment_);
    return value ? std::optional(value->text()) : std::nullopt;
}

std::optional<std::int64_t> Record::integer(const ast::Entry& entry, std::int64_t least, std::int64_t most) {
    const auto value = constant_of(entry.value, Kind::Int, value_of(entry), environment_);
    if (!value) return std::nullopt;
    if (value->integer() >= least && value->integer() <= most) return value->integer();
    environment_.report.error("E0406", entry.value.span, fmt::format("{} is between {} and {}", value_of(entry), least, most));
    return std::nullopt;
}

std::optional<std::string> Record::word(const ast::Entry& entry, const std::vector<std::string>& choices) {
    return word(entry.key, entry.value, choices);
}

std::vector<std::string> Record::words(const ast::Entry& entry, const std::vector<std::string>& choices) {
    std::vector<std::string> all;
    const auto take = [&](const ast::Expr& value) {
        if (auto one = word(entry.key, value, choices)) all.push_back(std::move(*one));
    };
    if (const auto* list = std::get_if<ast::ListLiteral>(&entry.value.node)) {
        for (const ast::Expr& item : list->items) take(item);
    } else {
        take(entry.value);
    }
    return all;
}

std::optional<std::string> Record::word(const ast::Name& key, const ast::Expr& value, const std::vector<std::string>& choices) {
    const std::string* word = word_of(value);
    if (word != nullptr && std::find(choices.begin(), choices.end(), *word) != choices.end()) return *word;
    const std::string known = fmt::format("`{}` is one of {}", key.text, listing(choices));
    if (word != nullptr) {
        environment_.report.error("E0406", value.span, fmt::format("`{}` cannot be `{}`", key.text, *word))
            .help(suggestion(*word, choices, known));
    } else {
        environment_.report.error("E0406", value.span, known)
            .label("one word, without quotes")
            .help(fmt::format("write it small and without quotes: `{} {}`", key.text, choices.front()));
    }
    return std::nullopt;
}

std::optional<std::string> Record::secret(const ast::Entry& entry) {
    const std::string* word = word_of(entry.value);
    const Meaning* meaning = word == nullptr ? nullptr : environment_.names.find(*word);
    if (meaning != nullptr && std::holds_alternative<SecretName>(meaning->what)) return *word;
    if (word == nullptr) {
        environment_.report.error("E0406", entry.value.span, fmt::format("{} is the name of a secret", value_of(entry)))
            .label("not a name")
            .help("declare it: `secret db_password from prompt \"Password of the database\"`");
    } else {
        environment_.report.error("E0406", entry.value.span, fmt::format("there is no secret `{}`", *word))
            .help(suggestion(*word, environment_.names.of<SecretName>(), fmt::format("declare it: `secret {} from prompt \"…\"`", *word)));
    }
    return std::nullopt;
}

const std::vector<std::string>& Record::keys_of_reach() {
    static const std::vector<std::string> keys{"via", "become", "user", "port", "jump", "key", "password", "sudo_password"};
    return keys;
}

bool Record::reach(const ast::Entry& entry, Reach& reach) {
    const std::string& key = entry.key.text;
    if (key == "via") {
        if (const auto via = word(entry, {"ssh", "local", "simulated"})) {
            reach.via = *via == "ssh" ? Via::Ssh : (*via == "local" ? Via::Local : Via::Simulated);
        }
    } else if (key == "become") {
        if (const auto become = word(entry, {"none", "sudo"})) reach.become = *become == "sudo" ? Become::Sudo : Become::None;
    } else if (key == "user") {
        reach.user = text(entry);
    } else if (key == "jump") {
        reach.jump = text(entry);
    } else if (key == "key") {
        reach.key = text(entry);
    } else if (key == "password") {
        reach.password = secret(entry);
    } else if (key == "sudo_password") {
        reach.sudo_password = secret(entry);
    } else if (key == "port") {
        if (const auto port = integer(entry, 1, 65535)) reach.port = static_cast<int>(*port);
    } else {
        return false;
    }
    return true;
}

void Record::unknown_key(const ast::Entry& entry, std::vector<std::string> known, std::string otherwise) {
    environment_.report.error("E0405", entry.key.span, fmt::format("`{}` takes no `{}`", written_.name.text, entry.key.text))
        .label("not known")
        .help(suggestion(entry.key.text, known, std::move(otherwise)));
}

}  // namespace lang::checker
