// Every field of a recorded output is one that a reader reads, or one of which it is said why it need not: and that is true.
#include "stdlib/support/told.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "stdlib/drbd/read/fields.hpp"
#include "stdlib/drbd/read/status.hpp"
#include "stdlib/haproxy/read/server.hpp"
#include "stdlib/haproxy/read/table.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/systemd/status.hpp"
#include "stdlib/winsvc/sc.hpp"
#include "stdlib/winsvc/status.hpp"
#include "tests/support/golden.hpp"

namespace {

using nlohmann::json;
using stdlib::support::Facts;
using Table = const std::vector<Facts>&;

/// The recorded files of a folder whose names fit.
std::vector<std::string> recorded(const std::string& folder, const std::string& pattern) {
    std::vector<std::string> texts;
    for (const auto& file : std::filesystem::directory_iterator(PROCRUN_SOURCE_DIR "/tests/" + folder)) {
        if (std::regex_match(file.path().filename().string(), std::regex(pattern))) texts.push_back(support::read(file.path()));
    }
    REQUIRE(texts.size() > 1);
    return texts;
}

void is_thought_of(Table table, const std::string& field) {
    CHECK_MESSAGE(stdlib::support::group_of(table, field) != nullptr, "'", field, "' is neither read nor said why not");
}

bool is_read(Table table, const std::string& field) {
    const Facts* group = stdlib::support::group_of(table, field);
    return group != nullptr && group->passed_over.empty();
}

/// Each field that is changed alone changes an answer somewhere if it is read, and nowhere if it is passed over.
class Trial {
  public:
    Trial(Table table, std::function<std::string(const std::string&)> answer) : table_(table), answer_(std::move(answer)) {}
    void put(const std::string& field, const std::string& before, const std::string& after) {
        is_thought_of(table_, field);
        const bool changes = answer_(before) != answer_(after);
        if (!is_read(table_, field)) CHECK_MESSAGE(!changes, "'", field, "' is said to be passed over, but it decides in\n", after);
        if (changes) decided_.insert(field);
        tried_.insert(field);
    }
    ~Trial() {
        for (const std::string& field : tried_) {
            if (is_read(table_, field)) CHECK_MESSAGE(decided_.contains(field), "'", field, "' is said to be read, but changes nothing");
        }
    }
    Trial(const Trial&) = delete;
    Trial& operator=(const Trial&) = delete;

  private:
    Table table_;
    std::function<std::string(const std::string&)> answer_;
    std::set<std::string> tried_, decided_;
};

std::string all_of_drbd(const stdlib::drbd::Views& views) {
    using namespace stdlib::drbd;
    return status(views).show() + in_sync(views).show() + against_promotion(views, "r0", "h").show();
}

json without_bare_nan(const std::string& text) { return json::parse(std::regex_replace(text, std::regex("\\bnan\\b"), "null")); }

/// Calls `visit` with "device.minor" and each value of that field, to be changed and put back.
void each_field(json& object, const std::string& level, const std::function<void(const std::string&, json&)>& visit) {
    static const std::map<std::string, std::string> levels{
        {"devices", "device"}, {"connections", "connection"}, {"peer_devices", "peer_device"}};
    for (auto& [key, value] : object.items()) {
        visit(level + "." + key, value);
        if (const auto inner = levels.find(key); inner != levels.end()) {
            for (json& one : value) each_field(one, inner->second, visit);
        }
    }
}

json another(const json& value) {
    if (value.is_boolean()) return !value.get<bool>();
    if (value.is_number()) return 7;
    if (value.is_string()) return "another";
    return json::array();
}

std::vector<std::string> split_columns(const std::string& head, char separator) {
    std::vector<std::string> columns;
    for (const std::string_view one : stdlib::support::split(head, separator)) columns.emplace_back(one);
    return columns;
}

}  // namespace

TEST_CASE("what is told, and what becomes of it: DRBD's JSON") {
    Trial trial(stdlib::drbd::json_fields(),
                [](const std::string& text) { return all_of_drbd(stdlib::drbd::views_from_json(text, "r0")); });
    for (const std::string& text : recorded("stdlib/drbd/fixtures", ".*\\.json")) {
        json all = without_bare_nan(text);
        const std::string before = all.dump();
        for (json& resource : all) {
            each_field(resource, "resource", [&](const std::string& field, json& value) {
                const json kept = value;
                value = another(kept);
                trial.put(field, before, all.dump());
                value = kept;
            });
        }
    }
}

TEST_CASE("what is told, and what becomes of it: DRBD's events") {
    Trial trial(stdlib::drbd::events_fields(),
                [](const std::string& text) { return all_of_drbd(stdlib::drbd::views_from_events(text, "r0")); });
    auto texts = recorded("recordings/drbd", ".*\\.events2");
    for (const std::string& text : recorded("stdlib/drbd/fixtures", ".*\\.events2\\.txt")) texts.push_back(text);
    for (const std::string& text : texts) {
        std::size_t begin = 0;
        for (const std::string_view line : stdlib::support::lines(text)) {
            const auto words = stdlib::support::words(line);
            for (std::size_t i = 2; i < words.size(); ++i) {
                const auto colon = words[i].find(':');
                if (colon == std::string_view::npos) continue;
                const std::string value(words[i].substr(colon + 1));
                std::string after = text;
                const auto at = begin + static_cast<std::size_t>(words[i].data() - line.data()) + colon + 1;
                after.replace(at, value.size(), value == "no" ? "yes" : value == "7" ? "8" : "7");
                trial.put(fmt::format("{}.{}", words[1], words[i].substr(0, colon)), text, after);
            }
            begin += line.size() + 1;
        }
    }
}

TEST_CASE("what is told, and what becomes of it: /proc/drbd") {
    Trial trial(stdlib::drbd::proc_fields(), [](const std::string& text) { return all_of_drbd(stdlib::drbd::views_from_proc(text, {0})); });
    auto texts = recorded("recordings/drbd", ".*\\.proc-drbd");
    for (const std::string& text : recorded("stdlib/drbd/fixtures", ".*\\.txt")) {
        if (text.starts_with("version: ")) texts.push_back(text);
    }
    const std::regex number(" ([a-z]+):(\\d+)"), word("(cs|ro|st|ds|wo):([A-Za-z]+)"), flags(" (r)-----?-?"), protocol(" ([ABC]) r-"),
        shown("(sync'ed|finish|speed|want|stalled):? *([0-9,:.]+)");
    for (const std::string& text : texts) {
        const auto put = [&](const std::regex& pattern, std::size_t value, const std::string& by, const std::string& called) {
            for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) {
                std::string after = text;
                after.replace(static_cast<std::size_t>(at->position(value)), static_cast<std::size_t>(at->length(value)), by);
                trial.put(called.empty() ? (*at)[1].str() : called, text, after);
            }
        };
        put(number, 2, "7", {});
        put(word, 2, "Other", {});
        put(flags, 1, "s", "flags");
        put(protocol, 1, "B", "protocol");
        put(shown, 2, "3", {});
        // Nothing that looks like a field is left out.
        const std::regex any("([a-zA-Z_']+):");
        for (std::sregex_iterator at(text.begin(), text.end(), any), end; at != end; ++at)
            is_thought_of(stdlib::drbd::proc_fields(), (*at)[1].str());
    }
}

TEST_CASE("what is told, and what becomes of it: HAProxy's tables") {
    const auto stats = recorded("stdlib/haproxy", ".*\\.show-stat\\.txt"),
               states = recorded("stdlib/haproxy", ".*\\.show-servers-state\\.txt");
    const auto told = [](const std::string& stat, const std::string& state) {
        std::string text = stdlib::haproxy::servers_from(stat, state).show();
        for (const auto& [path, address] : stdlib::haproxy::addresses_from(state)) text += path + address;
        return text;
    };
    /// `text` with a column's cell of the row of a server replaced.
    const auto try_all = [](Trial& trial, const std::string& text, char separator, std::size_t head,
                            const std::function<bool(const std::string&)>& row) {
        std::vector<std::string> lines = split_columns(text, '\n');
        const std::vector<std::string> columns = split_columns(lines.at(head).substr(2), separator);
        const auto joined = [&] { return fmt::format("{}", fmt::join(lines, "\n")); };
        const auto place = std::find_if(lines.begin() + static_cast<std::ptrdiff_t>(head) + 1, lines.end(), row);
        REQUIRE(place != lines.end());
        const std::vector<std::string> cells = split_columns(*place, separator);
        REQUIRE(cells.size() >= columns.size());
        for (std::size_t i = 0; i < columns.size(); ++i) {
            std::vector<std::string> changed = cells;
            changed[i] = changed[i] == "1" ? "4" : "1";
            const std::string kept = *place;
            *place = fmt::format("{}", fmt::join(changed, std::string(1, separator)));
            trial.put(columns[i], text, joined());
            *place = kept;
        }
    };
    Trial stat_trial(stdlib::haproxy::stat_fields(), [&](const std::string& text) { return told(text, states.front()); });
    for (const std::string& text : stats)
        try_all(stat_trial, text, ',', 0, [](const std::string& line) { return line.starts_with("web,jb2,"); });
    Trial state_trial(stdlib::haproxy::servers_state_fields(), [&](const std::string& text) { return told(stats.front(), text); });
    for (const std::string& text : states)
        try_all(state_trial, text, ' ', 1, [](const std::string& line) { return line.find(" web 2 jb2 ") != std::string::npos; });
}

TEST_CASE("what is told, and what becomes of it: systemctl show") {
    Trial trial(stdlib::systemd::fields(), [](const std::string& text) {
        return stdlib::systemd::status_from(text).show() + fmt::format("{}", fmt::join(stdlib::systemd::names_from(text), " "));
    });
    for (const std::string& text : recorded("stdlib/systemd", ".*\\.show\\.txt")) {
        for (const std::string_view line : stdlib::support::lines(text)) {
            const auto equals = line.find('=');
            if (equals == std::string_view::npos) continue;
            std::string after = text;
            after.replace(static_cast<std::size_t>(line.data() - text.data()) + equals + 1, line.size() - equals - 1, "7");
            trial.put(std::string(line.substr(0, equals)), text, after);
        }
    }
    // What is asked for is read.
    for (const std::string_view asked : stdlib::support::split(stdlib::systemd::properties, ','))
        CHECK(is_read(stdlib::systemd::fields(), std::string(asked)));
}

TEST_CASE("what is told, and what becomes of it: sc.exe and the scripts of winsvc") {
    const std::string sc = support::read(PROCRUN_SOURCE_DIR "/tests/stdlib/winsvc/sc.fixture");
    const std::regex label("\\n +([A-Z0-9_]+) *: ");
    std::size_t answers = 0;
    for (std::size_t begin = 0; begin < sc.size();) {
        const std::size_t next = std::min(sc.find("\n$ ", begin + 1), sc.size());
        const std::string answer = sc.substr(begin, next - begin);
        begin = next;
        if (answer.find("SERVICE_NAME: ") == std::string::npos) continue;  // in another language: read by its shape
        ++answers;
        for (std::sregex_iterator at(answer.begin(), answer.end(), label), end; at != end; ++at)
            is_thought_of(stdlib::winsvc::sc_fields(), (*at)[1].str());
    }
    CHECK(answers > 3);
    const std::string scripts = support::read(PROCRUN_SOURCE_DIR "/tests/stdlib/winsvc/services.fixture");
    std::size_t objects = 0;
    for (const std::string_view line : stdlib::support::lines(scripts)) {
        if (!line.starts_with("  {")) continue;
        const json told = json::parse(line, nullptr, false);
        if (!told.is_object()) continue;
        ++objects;
        for (const auto& [key, value] : told.items()) is_thought_of(stdlib::winsvc::script_fields(), key);
    }
    CHECK(objects > 3);
}
