#include "stdlib/file/exchange.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "stdlib/file/definitions.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::file {

namespace {

using lang::Kind;
using lang::Type;
using lang::Value;
using runtime::Command;
using runtime::Context;
using runtime::Reply;
using runtime::Verdict;
using State = Verdict::State;

/// For standard input; its arguments name the file and lines of it: number, text as it is, text as it shall be. The new file is made whole
/// beside the old one, with its owner, mode and label, and is on the disk before it takes the name: who reads meanwhile reads the old
/// or the new one. The old one stays as the backup, the very file, with the time behind its name, and is never written over (ln refuses).
/// A line that is not as it was seen ends all of it, and so does a name that would go on leading to the old file: of its names only the
/// backups of a change that was cut off may be others. Writing takes the setuid and setgid bits from a file: they are set again behind it.
constexpr const char* script = R"sh({
set -eu; file=$2; shift 2
own=$(find "${file%/*}/" -maxdepth 1 -name "${file##*/}.[0-9]*" -samefile "$file" | wc -l)
[ "$(stat -c %h -- "$file")" -eq $((own + 1)) ] ||
  { echo "it has another name, a hard link, under which the old lines would stay: nothing was changed" >&2; exit 5; }
new=$(mktemp "$file.XXXXXX"); trap 'rm -f -- "$new"' EXIT; trap 'exit 1' HUP INT TERM
cp -a -- "$file" "$new"
printf '%s\n' "$@" | awk '
  NR == FNR { if (NR % 3 == 1) n = $0; else if (NR % 3 == 2) old[n] = $0; else to[n] = $0; next }
  { cr = sub(/\r$/, "") ? "\r" : "" }
  FNR in old { if ($0 != old[FNR]) exit 3; $0 = to[FNR] }
  { print $0 cr }' - "$file" >"$new" || { echo "a line is not as it was a moment ago: nothing was changed" >&2; exit 3; }
chmod "$(stat -c %a -- "$file")" -- "$new"
[ "$(stat -c %u:%g:%a -- "$file")" = "$(stat -c %u:%g:%a -- "$new")" ] ||
  { echo "its owner and mode cannot be kept: nothing was changed" >&2; exit 4; }
sync -- "$new"; ln -- "$file" "$file.$(date -u +%Y-%m-%dT%H-%M-%S.%N)"; mv -f -- "$new" "$file"; sync -- "${file%/*}/"
exit
} </dev/null
)sh";

const std::shared_ptr<const lang::RecordType>& line_type() {
    static const auto type =
        support::record_type("file.Line", {{"number", Kind::Int, {}}, {"variable", Kind::Text, {}}, {"text", Kind::Text, {}}});
    return type;
}

const std::shared_ptr<const lang::RecordType>& seen_type() {
    static const auto type =
        support::record_type("file.Seen", {{"kind", Kind::Text, {}}, {"lines", Type::list_of(Type::of(line_type())), {}}});
    return type;
}

/// By the bits of st_mode, which no language of the host translates.
std::string kind_from(std::string_view hexadecimal) {
    unsigned mode = 0;
    for (const char c : support::trimmed(hexadecimal)) {
        const auto digit = std::string_view("0123456789abcdef").find(c);
        if (digit == std::string_view::npos) return {};
        mode = mode % 0x1000000 * 16 + static_cast<unsigned>(digit);
    }
    if (mode >> 12U == 8) return "file";
    return mode >> 12U == 10 ? "link" : "other";
}

/// What the call wants: the variables, and which address takes the place of which.
struct Order {
    explicit Order(const Context& context)
        : path(context.arguments.text("path")),
          variables(support::texts_in(context.arguments["variables"])),
          from(support::texts_in(context.arguments["from"])),
          to(support::texts_in(context.arguments["to"])) {}

    std::string path;
    std::vector<std::string> variables, from, to;

    Exchange pairs() const {
        Exchange pairs;
        for (std::size_t i = 0; i < from.size(); ++i) pairs.emplace_back(from[i], to[i]);
        return pairs;
    }
};

bool has_any(std::string_view text, const std::vector<std::string>& addresses) {
    return std::any_of(addresses.begin(), addresses.end(), [&](const std::string& address) { return has_address(text, address); });
}

Verdict refused(std::string why) { return {State::Refused, std::move(why)}; }

struct Change {
    std::int64_t line;
    std::string before, after;
};

/// The lines that would be otherwise, or why there is nothing to do or nothing to be done.
std::variant<std::vector<Change>, Verdict> changes(const Value& seen, const Order& order) {
    if (const auto why = contradiction(order.from, order.to)) return refused(*why);
    if (const auto why = no_plain_file(seen, order.path)) return refused(*why);
    std::vector<Change> wanted;
    std::vector<std::string> there;
    for (const std::string& variable : order.variables) {
        const Value line = only_definition(seen, variable, order.path);
        if (line.is_unknown()) return refused(line.why_unknown().why);
        const std::string& text = line.field("text").text();
        const std::string_view value = value_of(text);
        const bool old = has_any(value, order.from), now = has_any(value, order.to);
        if (old && now) return refused(fmt::format("{} names both sides: '{}'; set it right by hand", variable, text));
        if (!old && !now)
            return refused(fmt::format("{} names neither {} nor {}: '{}'", variable, fmt::join(order.from, " or "),
                                       fmt::join(order.to, " or "), text));
        if (old) wanted.push_back({line.field("number").integer(), text, exchanged(text, order.pairs())});
        there.push_back(text);
    }
    if (wanted.empty()) return Verdict{State::Reached, fmt::format("{}", fmt::join(there, ", "))};
    return wanted;
}

std::vector<Change> changes_of(const Value& seen, const Context& context) {
    auto found = changes(seen, Order(context));
    auto* wanted = std::get_if<std::vector<Change>>(&found);
    return wanted == nullptr ? std::vector<Change>() : std::move(*wanted);
}

Verdict judge(const Value& seen, const Context& context) {
    const auto found = changes(seen, Order(context));
    if (const auto* verdict = std::get_if<Verdict>(&found)) return *verdict;
    std::vector<std::string> lines;
    for (const Change& change : std::get<std::vector<Change>>(found)) lines.push_back(fmt::format("'{}'", change.before));
    return {State::Needed, fmt::format("it says {}", fmt::join(lines, ", "))};
}

Command write(const Value& seen, const Context& context) {
    const std::string& path = context.arguments.text("path");
    std::vector<std::string> words{"sh", "-s", "--", "replace-lines", path};
    for (const Change& change : changes_of(seen, context)) {
        const std::string number = fmt::to_string(change.line);
        words.insert(words.end(), {number, change.before, change.after});
    }
    Command command = Command::program(std::move(words));
    command.input({runtime::Verbatim{script}});
    return command;
}

runtime::Read look() {
    return {.commands =
                [](const Context& context) {
                    const Order order(context);
                    return look_at(order.path, order.variables);
                },
            .value =
                [](std::span<const Reply> replies, const Context& context) {
                    const Order order(context);
                    return seen_from(replies, order.path, order.variables);
                }};
}

/// As `diff` shows it.
runtime::Read difference() {
    runtime::Read read = look();
    read.value = [seen = read.value](std::span<const Reply> replies, const Context& context) -> Value {
        const Value now = seen(replies, context);
        if (now.is_unknown()) return now;
        std::vector<Value> lines;
        for (const Change& change : changes_of(now, context)) {
            lines.emplace_back("- " + change.before);
            lines.emplace_back("+ " + change.after);
        }
        return Value::list(std::move(lines));
    };
    return read;
}

}  // namespace

std::optional<std::string> contradiction(const std::vector<std::string>& from, const std::vector<std::string>& to) {
    if (from.size() != to.size() || from.empty())
        return fmt::format("`from` has {} addresses and `to` has {}: to each belongs one", from.size(), to.size());
    std::vector<std::string> all = from;
    all.insert(all.end(), to.begin(), to.end());
    std::sort(all.begin(), all.end());
    const auto twice = std::adjacent_find(all.begin(), all.end());
    if (twice == all.end()) return std::nullopt;
    return fmt::format("{} stands twice in `from` and `to`: the way back would be another one", *twice);
}

std::vector<Command> look_at(const std::string& path, const std::vector<std::string>& variables) {
    const bool names = !variables.empty() && std::all_of(variables.begin(), variables.end(), is_variable);
    if (no_path(path) || !names) return {};
    return {Command::program({"stat", "-c", "%f", "--", path}),
            Command::program({"grep", "-a", "-n", "-E", pattern_of(variables), "--", path})};
}

Value seen_from(std::span<const Reply> replies, const std::string& path, const std::vector<std::string>& variables) {
    if (replies.size() < 2) {
        if (auto why = no_path(path)) return Value::unknown(std::move(*why));
        for (const std::string& variable : variables) {
            if (auto why = no_variable(variable)) return Value::unknown(std::move(*why));
        }
        return Value::unknown("no variable is named");
    }
    const Reply &stat = replies[0], &grep = replies[1];
    if (!stat.ok()) return support::unreadable(fmt::format("{} cannot be looked at: {}", path, stat.describe()), stat.err);
    const std::string kind = kind_from(stat.out);
    if (kind.empty()) return support::unreadable("stat: " + support::quoted_output(stat.out), stat.out);
    // grep: 0 found, 1 found nothing, 2 failed.
    if (grep.truncated || (grep.code != 0 && grep.code != 1))
        return support::unreadable(fmt::format("{} cannot be read: {}", path, grep.describe()), grep.err);
    const auto definitions = definitions_from(grep.out);
    if (!definitions) return support::unreadable("grep: " + support::quoted_output(grep.out), grep.out);
    std::vector<Value> lines;
    for (const Definition& one : *definitions)
        lines.push_back(support::record(line_type(), {{"number", one.line}, {"variable", one.variable}, {"text", one.text}}));
    return support::record(seen_type(), {{"kind", kind}, {"lines", Value::list(std::move(lines))}});
}

std::optional<std::string> no_plain_file(const Value& seen, const std::string& path) {
    if (seen.field("kind").text() == "file") return std::nullopt;
    if (seen.field("kind").text() == "link") return fmt::format("{} is a symbolic link: name the file that it leads to", path);
    return fmt::format("{} is not a file", path);
}

Value only_definition(const Value& seen, const std::string& variable, const std::string& path) {
    const Value* found = nullptr;
    std::vector<std::string> numbers;
    for (const Value& line : seen.field("lines").items()) {
        if (line.field("variable").text() != variable) continue;
        found = &line;
        numbers.push_back(line.field("number").plain());
    }
    if (found == nullptr) return Value::unknown(fmt::format("{} does not define {}", path, variable));
    if (numbers.size() > 1)
        return Value::unknown(fmt::format("{} defines {} {} times, in lines {}: remove what is old", path, variable, numbers.size(),
                                          fmt::join(numbers, ", ")));
    return *found;
}

runtime::Action exchange() {
    return {.probe = look(),
            .judge = judge,
            .command = write,
            .complaint = {},
            .arrived = {},
            .preview = difference(),
            // What docker compose runs is made from such files: what was seen of it before holds no more.
            .touches = [](const Context& context) -> std::vector<runtime::Footprint> {
                return {{"file", context.arguments.text("path")}, {"compose", "*"}};
            }};
}

}  // namespace stdlib::file
