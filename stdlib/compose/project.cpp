#include "stdlib/compose/project.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>

#include "stdlib/support/readers.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::compose {

namespace {

using lang::Kind;
using lang::Type;
using lang::Value;
using runtime::Command;
using runtime::Context;
using runtime::Reply;

/// The services, each with the hash of its configuration where the tool tells it; behind a line `-- VERSION` a line for every container,
/// running or not. (Without `-a` Compose 2 leaves out what does not run. docker-compose 1 tells all of them anyway, and has no `-a` before
/// 1.24.)
constexpr const char* state_script = R"sh({
folder=$2; shift 2; [ -z "$folder" ] || cd -- "$folder" || exit 1
services=$("$@" config '--hash=*' 2>/dev/null) || services=$("$@" config --services) || exit 1
version=$("$@" version --short 2>/dev/null)
ids=$("$@" ps -a -q) || case $version in 1.*) ids=$("$@" ps -q) || exit 1 ;; *) exit 1 ;; esac
printf '%s\n-- %s\n' "$services" "$version"
[ -z "$ids" ] || docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}}|{{.State.Status}}|{{.State.StartedAt}}|{{if .State.Health}}{{.State.Health.Status}}{{end}}|{{index .Config.Labels "com.docker.compose.config-hash"}}|{{index .Config.Labels "com.docker.compose.oneoff"}}' $ids
exit
} </dev/null
)sh";

struct Container {
    std::string state, started, health, hash;
};

struct Declared {
    std::string hash;  ///< empty where it was not told
    std::vector<Container> containers;
};

using Services = std::map<std::string, Declared, std::less<>>;

struct Project {
    Services services;
    bool has_true_hashes = false;  ///< a hash that differs is another configuration
};

/// docker's "exited" is our Exited; what we do not know stays unknown.
Value state_value(std::string word) {
    if (!word.empty() && word[0] >= 'a' && word[0] <= 'z') word[0] = static_cast<char>(word[0] - 'a' + 'A');
    return Value::member(state_type(), word);
}

/// Of several containers the first that does not run speaks for the service; of those that run the one that was started first.
const Container* speaker(const std::vector<Container>& containers) {
    const Container* found = nullptr;
    for (const Container& one : containers) {
        if (one.state != "running") return &one;
        if (found == nullptr || one.started < found->started) found = &one;
    }
    return found;
}

/// Compose's own measure of "the container is as the configuration wants it". Of docker-compose 1 it is one; Compose 2 may tell another
/// hash than it has written to the container (with an `env_file`, for one), and then a difference says nothing.
Value is_current(const Declared& declared, bool has_true_hashes) {
    if (declared.hash.empty()) return Value::unknown("the tool does not tell the hashes of its configuration");
    if (declared.containers.empty()) return Value::unknown("it has no container");
    const auto same = [&](const Container& one) { return one.hash == declared.hash; };
    if (std::all_of(declared.containers.begin(), declared.containers.end(), same)) return true;
    const bool told =
        std::none_of(declared.containers.begin(), declared.containers.end(), [](const Container& one) { return one.hash.empty(); });
    if (has_true_hashes && told) return false;
    return Value::unknown("the hash of its configuration is not that of its container, which does not prove a change in Compose 2");
}

Value service_value(const std::string& name, const Declared& declared, bool has_true_hashes) {
    const Container* one = speaker(declared.containers);
    const auto started = one == nullptr ? std::nullopt : time_from(one->started);
    return support::record(service_type(), {{"name", name},
                                            {"state", one == nullptr ? Value::member(state_type(), "Absent") : state_value(one->state)},
                                            {"health", one == nullptr ? "" : one->health},
                                            {"started", started ? Value(*started) : Value::unknown(name + " was not started")},
                                            {"current", is_current(declared, has_true_hashes)}});
}

std::vector<std::string> tool_words(const Context& context) {
    std::vector<std::string> words;
    for (const std::string_view word : support::words(context.arguments.text("tool"))) words.emplace_back(word);
    return words;
}

/// No shell reads it: it is cut at blanks, and each word is what it is.
std::optional<std::string> no_tool(std::string_view tool) {
    if (support::words(tool).empty()) return "it is the name of a program and its options, and this is empty";
    if (tool.find_first_of("'\"`$;|&<>\n\\") == std::string_view::npos) return std::nullopt;
    return fmt::format("it is a program and its options, cut at the blanks and read by no shell, and this is {}", Value(tool).show());
}

/// It is quoted: no shell would put the home of the account there.
std::optional<std::string> no_folder(std::string_view folder) {
    if (!folder.starts_with('~') && !support::has_control(folder)) return std::nullopt;
    return fmt::format("it is the path of a folder, written out without `~`, and this is {}", Value(folder).show());
}

/// Compose Specification: [a-zA-Z0-9._-]+
std::optional<std::string> no_service(std::string_view service) {
    if (auto why = support::no_name_of("a service", service)) return why;
    const auto belongs = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    };
    if (std::all_of(service.begin(), service.end(), belongs)) return std::nullopt;
    return fmt::format("letters, digits and `._-` make the name of a service, and this is {}", Value(service).show());
}

bool read_service(std::string_view line, Services& services) {
    const auto words = support::words(line);
    if (words.size() != 1 && words.size() != 2) return false;
    services[std::string(words[0])].hash = words.size() == 2 ? words[1] : std::string_view();
    return true;
}

/// A container of a service that the configuration has no more does not belong to it, nor does one that `compose run` has made: it runs
/// some command once.
bool read_container(std::string_view line, Services& services) {
    const auto fields = support::split(line, '|');
    constexpr std::size_t without_one_off = 5;
    if (fields.size() != without_one_off && fields.size() != without_one_off + 1) return false;
    if (fields[0].empty() || fields[1].empty()) return false;
    if (fields.size() > without_one_off && fields.back() == "True") return true;
    if (const auto at = services.find(fields[0]); at != services.end())
        at->second.containers.push_back({std::string(fields[1]), std::string(fields[2]), std::string(fields[3]), std::string(fields[4])});
    return true;
}

}  // namespace

std::vector<lang::Parameter> parameters_of_tool() {
    return {{.name = "tool",
             .type = Kind::Text,
             .doc = "how compose is called for the project: `docker compose -p web`, or a vendor's wrapper: `edge-dcomp`",
             .default_value = Value("docker compose"),
             .reads = support::text_reader(no_tool)},
            {.name = "folder",
             .type = Kind::Text,
             .doc = "where it is called: docker-compose 1 reads `.env` there; empty: wherever the log-in ends up",
             .default_value = Value(""),
             .reads = support::text_reader(no_folder, support::Empty::Taken)}};
}

lang::Parameter service_parameter(std::string doc) {
    return {.name = "service", .type = Kind::Text, .doc = std::move(doc), .reads = support::text_reader(no_service)};
}

Command call(const Context& context, const std::vector<std::string>& arguments) {
    std::vector<std::string> words = tool_words(context);
    words.insert(words.end(), arguments.begin(), arguments.end());
    const std::string& folder = context.arguments.text("folder");
    if (folder.empty()) return Command::program(std::move(words));
    std::vector<runtime::Part> parts{runtime::Verbatim{"cd -- "}, runtime::Quoted{folder}, runtime::Verbatim{" &&"}};
    for (std::string& word : words) {
        parts.emplace_back(runtime::Verbatim{" "});
        parts.emplace_back(runtime::Quoted{std::move(word)});
    }
    return Command::script(std::move(parts));
}

Command script(const Context& context, const std::string& name, const std::string& body, const std::vector<std::string>& arguments,
               const std::vector<std::string>& typed) {
    std::vector<std::string> words{"sh", "-s", "--", name, context.arguments.text("folder")};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> tool = tool_words(context);
    words.insert(words.end(), tool.begin(), tool.end());
    tool.insert(tool.end(), typed.begin(), typed.end());
    return Command::program(std::move(words)).input({runtime::Verbatim{body}}).typed_as(std::move(tool));
}

const std::shared_ptr<const lang::EnumType>& state_type() {
    static const auto type =
        support::enumeration("compose.State", {"Created", "Running", "Paused", "Restarting", "Removing", "Exited", "Dead", "Absent"});
    return type;
}

const std::shared_ptr<const lang::RecordType>& service_type() {
    static const auto type = support::record_type(
        "compose.Service",
        {{"name", Kind::Text, "as the project calls it"},
         {"state", Type::of(state_type()), "docker's word for its container; Absent where it has none"},
         {"health", Kind::Text, "starting, healthy, unhealthy; empty where it has no check of its health"},
         {"started", Kind::Time, "when its container was last started"},
         {"current", Kind::Bool,
          "its container was made with the configuration as it is now: compose's hashes of both are the same. Where they "
          "differ that is false for docker-compose 1, and unknown for Compose 2, whose hashes differ without a change, too"}});
    return type;
}

runtime::Read read_project(Value (*then)(const Value&, const Context&)) {
    return {.commands =
                [](const Context& context) {
                    return std::vector{script(context, "compose-state", state_script, {}, {"ps", "-a"})};
                },
            .value = [then](std::span<const Reply> replies, const Context& context) -> Value {
                const Reply& reply = replies.front();
                if (!reply.ok()) return support::unreadable(fmt::format("compose could not be asked: {}", reply.describe()), reply.err);
                const Value services = services_from(reply.out);
                return services.is_unknown() ? services : then(services, context);
            }};
}

const std::vector<support::Facts>& fields() {
    static const std::vector<support::Facts> table = {
        {{"Config.Labels", "State.Status", "State.StartedAt", "State.Health", "State.Health.Status"}},
        {{"State.Running", "State.Paused", "State.Restarting", "State.Dead"}, "Status is the word that docker makes of them"},
        {{"State.OOMKilled", "State.ExitCode", "State.Error", "State.FinishedAt"}, "how it ended: that it does not run, Status tells"},
        {{"State.Pid"}, "its process: that it runs, Status tells"},
        {{"State.Health.FailingStreak", "State.Health.Log"}, "what its checks said: Health.Status is what docker makes of it"},
        {{"RestartCount"}, "how often docker has started it again: it has another StartedAt then"},
    };
    return table;
}

Value services_from(std::string_view output) {
    Project project;
    bool containers = false;
    for (const std::string_view line : support::lines(output)) {
        if (!containers && (line == "--" || line.starts_with("-- "))) {
            containers = true;
            project.has_true_hashes = line.starts_with("-- 1.");
        } else if (!(containers ? read_container(line, project.services) : read_service(line, project.services))) {
            return support::unreadable("what compose says cannot be read: " + support::quoted_output(line), output);
        }
    }
    if (!containers) return support::unreadable("what compose says ends too early: " + support::quoted_output(output), output);
    std::vector<Value> services;
    for (const auto& [name, declared] : project.services) services.push_back(service_value(name, declared, project.has_true_hashes));
    return Value::list(std::move(services));
}

Value service_named(const Value& services, std::string_view name) {
    std::vector<std::string> names;
    for (const Value& service : services.items()) {
        if (service.field("name").text() == name) return service;
        names.push_back(service.field("name").text());
    }
    return Value::unknown(fmt::format("the project has no service '{}'; it has {}", name, fmt::join(names, ", ")));
}

Value runs(const Value& service) {
    const Value& state = service.field("state");
    if (state.is_unknown()) return state;
    const std::string& health = service.field("health").text();
    if (state.member_name() == "Restarting" || (state.member_name() == "Running" && health == "starting"))
        return Value::unknown(fmt::format("{} is just starting", service.field("name").text()));
    return state.member_name() == "Running" && health != "unhealthy";
}

std::optional<lang::Time> time_from(std::string_view text) {
    const auto part = [&](std::size_t at, std::size_t length) { return support::integer(text.substr(std::min(at, text.size()), length)); };
    const auto year = part(0, 4), month = part(5, 2), day = part(8, 2), hour = part(11, 2), minute = part(14, 2), second = part(17, 2);
    if (!year || !month || !day || !hour || !minute || !second || *year < 1970 || text.size() < 20 || text[10] != 'T') return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)), std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    lang::Time time =
        std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);

    std::string_view rest = text.substr(19);
    if (rest.starts_with('.')) {
        const std::size_t end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
        std::string digits(rest.substr(1, end - 1));
        digits.resize(3, '0');
        time += std::chrono::milliseconds(support::integer(digits).value_or(0));
        rest.remove_prefix(end);
    }
    if (rest == "Z") return time;
    const auto hours = support::integer(rest.substr(std::min<std::size_t>(1, rest.size()), 2));
    const auto minutes = support::integer(rest.substr(std::min<std::size_t>(4, rest.size()), 2));
    if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || !hours || !minutes) return std::nullopt;
    const auto ahead = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
    return rest[0] == '+' ? time - ahead : time + ahead;
}

}  // namespace stdlib::compose
