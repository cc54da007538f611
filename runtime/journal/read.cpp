// What the journal tells of earlier runs.
#include <fmt/ranges.h>

#include <sstream>

#include "runtime/event/value_json.hpp"
#include "runtime/journal/database.hpp"
#include "runtime/resume/resumption.hpp"

namespace runtime {

lang::Value Journal::kept(const std::string& procedure, const std::string& name, const lang::Type& type, const lang::Site& site,
                          bool simulated) const {
    lang::Value found = lang::Value::unknown(fmt::format("no run of {} on site \"{}\" has kept {}", procedure, site.name, name));
    const std::lock_guard lock(database_->mutex);
    database_->read(
        [&](sqlite3_stmt* row) {
            const bool was_completed = sqlite3_column_int(row, 2) != 0;
            found = was_completed
                        ? value_from_json(Database::text(row, 0), type, site)
                        : lang::Value::unknown(fmt::format("run {} of {} has kept {}, and was not completed: `procrun resume {}` "
                                                           "brings it to its end",
                                                           sqlite3_column_int64(row, 1), procedure, name, sqlite3_column_int64(row, 1)));
        },
        // What a run that failed has kept may be of a state that was never left, or that it left half-way: a completed one counts first.
        "SELECT kept.value, run.id, coalesce(run.end IN (0, 4), 0) FROM kept JOIN run ON run.id = kept.run WHERE run.procedure = ? AND "
        "run.site = ? AND "
        "run.simulated = ? AND kept.name = ? ORDER BY coalesce(run.end IN (0, 4), 0) DESC, run.id DESC LIMIT 1",
        procedure, site.name, std::int64_t{simulated}, name);
    return found;
}

std::optional<std::string> Journal::keeper(const std::string& procedure, const std::string& name, const lang::Site& site,
                                           bool simulated) const {
    std::optional<std::string> keeper;
    const std::lock_guard lock(database_->mutex);
    database_->read(
        [&](sqlite3_stmt* row) {
            keeper = fmt::format("run {}, which was {} at {}", sqlite3_column_int64(row, 0),
                                 runtime::name(static_cast<End>(sqlite3_column_int(row, 1))),
                                 lang::Value(Time(Duration(sqlite3_column_int64(row, 2)))).plain());
        },
        "SELECT run.id, run.end, run.ended FROM kept JOIN run ON run.id = kept.run WHERE run.procedure = ? AND run.site = ? AND "
        "run.simulated = ? AND kept.name = ? AND run.end IN (0, 4) ORDER BY run.id DESC LIMIT 1",
        procedure, site.name, std::int64_t{simulated}, name);
    return keeper;
}

std::optional<EarlierRun> Journal::left_earlier(const std::string& site, bool simulated, std::int64_t before,
                                                const std::string& socket) const {
    constexpr int far_enough = 50;
    std::optional<EarlierRun> earlier;
    for (const auto& [run, name, format] : runs_on(site, simulated, socket, before, far_enough)) {
        const std::vector<Event> told = events(run, "left behind");
        if (told.empty()) continue;
        const auto& left = std::get<event::LeftBehind>(told.back().body);
        if (left.announced.empty() && left.still.empty() && !left.taken_back.empty()) break;
        if (left.announced.empty()) continue;
        if (!earlier) earlier.emplace();
        if (format == 1) {
            earlier->not_comparable += fmt::format("{}run {} ({})", earlier->not_comparable.empty() ? "" : ", ", run, name);
            continue;
        }
        earlier->name += fmt::format("{}run {} ({})", earlier->name.empty() ? "" : ", ", run, name);
        earlier->left.announced.insert(earlier->left.announced.end(), left.announced.begin(), left.announced.end());
        for (const Event& event : events(run, "found at start")) {
            earlier->found.push_back({.host = event.host, .said = std::get<event::FoundAtStart>(event.body)});
        }
    }
    return earlier;
}

std::vector<OtherRun> Journal::others(const RunSummary& run) const {
    std::vector<OtherRun> others;
    if (!run.has_site()) return others;
    const std::lock_guard lock(database_->mutex);
    database_->read(
        [&](sqlite3_stmt* row) {
            others.push_back({.name = fmt::format("run {} ({})", sqlite3_column_int64(row, 0), Database::text(row, 1)),
                              .last = Time(Duration(sqlite3_column_int64(row, 2)))});
        },
        "SELECT run.id, run.procedure, max(event.at) FROM run JOIN event ON event.run = run.id WHERE run.site = ? AND run.simulated = ? "
        "AND "
        "run.socket = ? AND run.id != ? AND event.kind = 'intent' AND event.at >= ? GROUP BY run.id",
        run.site, std::int64_t{run.simulated}, run.socket, run.id, std::int64_t{run.started.time_since_epoch().count()});
    return others;
}

std::vector<Journal::RunName> Journal::runs_on(const std::string& site, bool simulated, const std::string& socket, std::int64_t before,
                                               std::int64_t most) const {
    std::vector<RunName> runs;
    const std::lock_guard lock(database_->mutex);
    database_->read(
        [&](sqlite3_stmt* row) {
            runs.push_back({sqlite3_column_int64(row, 0), Database::text(row, 1), sqlite3_column_int64(row, 2)});
        },
        "SELECT id, procedure, format FROM run WHERE site = ? AND simulated = ? AND socket = ? AND id < ? ORDER BY id DESC LIMIT ?", site,
        std::int64_t{simulated}, socket, before, most);
    return runs;
}

namespace {

/// A secret among them is "***".
std::string parameters_of(const Plan& plan) {
    std::string all;
    for (const event::Named& one : plan.parameters) all += fmt::format("{}={}\n", one.name, one.value);
    return all;
}

}  // namespace

std::optional<std::vector<std::string>> Journal::last_plan(const Plan& plan, bool simulated) const {
    std::optional<std::vector<std::string>> lines;
    const std::lock_guard lock(database_->mutex);
    database_->read(
        [&](sqlite3_stmt* row) {
            lines.emplace();
            std::istringstream text(Database::text(row, 0));
            for (std::string line; std::getline(text, line);) lines->push_back(line);
        },
        "SELECT lines FROM plan WHERE procedure = ? AND site = ? AND parameters = ? AND simulated = ?", plan.procedure, plan.site,
        parameters_of(plan), std::int64_t{simulated});
    return lines;
}

void Journal::keep_plan(const Plan& plan, bool simulated, const std::vector<std::string>& lines) {
    const std::lock_guard lock(database_->mutex);
    database_->write("INSERT OR REPLACE INTO plan VALUES(?, ?, ?, ?, ?)", plan.procedure, plan.site, parameters_of(plan),
                     std::int64_t{simulated}, fmt::format("{}", fmt::join(lines, "\n")));
}

std::vector<RunSummary> Journal::runs() const {
    std::vector<RunSummary> runs;
    const std::lock_guard lock(database_->mutex);
    database_->read([&](sqlite3_stmt* row) { runs.push_back(database_->summary(row)); },
                    "SELECT id, procedure, site, operator, machine, started, ended, end, simulated, parts, socket, format, written FROM "
                    "run ORDER BY id DESC");
    return runs;
}

std::optional<RunRecord> Journal::record(std::int64_t run) const {
    std::optional<RunRecord> record;
    {
        const std::lock_guard lock(database_->mutex);
        database_->read(
            [&](sqlite3_stmt* row) {
                record = RunRecord{.summary = database_->summary(row),
                                   .directory = Database::text(row, 13),
                                   .procedure_file = Database::text(row, 14),
                                   .site_file = Database::text(row, 15),
                                   .pid = sqlite3_column_int(row, 16),
                                   .parameters = {},
                                   .texts = {}};
            },
            "SELECT id, procedure, site, operator, machine, started, ended, end, simulated, parts, socket, format, written, "
            "directory, procedure_file, site_file, pid FROM run WHERE id = ?",
            run);
        if (!record) return record;
        if (!record->summary.damage.empty()) database_->damaged(record->summary.damage);
        database_->read([&](sqlite3_stmt* row) { record->parameters[Database::text(row, 0)] = Database::text(row, 1); },
                        "SELECT name, value FROM parameter WHERE run = ? AND given", run);
    }
    record->texts = texts(run, record->summary.parts);
    return record;
}

std::vector<lang::program::Part> Journal::texts(std::int64_t run, int part) const {
    std::vector<lang::program::Part> texts;
    const std::lock_guard lock(database_->mutex);
    database_->read(
        [&](sqlite3_stmt* row) {
            texts.push_back({Database::text(row, 0), Database::text(row, 1)});
        },
        "SELECT path, text FROM source WHERE run = ? AND part = ? ORDER BY number", run, std::int64_t{part});
    return texts;
}

std::vector<Event> Journal::events(std::int64_t run, const std::string& kind) const {
    if (kind.empty()) {
        Told all = told(run);
        if (!all.damage.empty()) throw DamagedEvent(all.damage);
        return std::move(all.events);
    }
    std::vector<Event> events;
    const std::lock_guard lock(database_->mutex);
    database_->flush(run_);
    database_->read([&](sqlite3_stmt* row) { events.push_back(database_->event(run, row)); },
                    "SELECT " EVENT_COLUMNS
                    " FROM event JOIN run ON run.id = event.run WHERE event.run = ? AND event.kind = ? ORDER BY "
                    "event.number",
                    run, kind);
    return events;
}

Told Journal::told(std::int64_t run) const {
    Told told;
    const std::lock_guard lock(database_->mutex);
    Database& db = *database_;
    db.flush(run_);
    const Database::OneMoment moment(db);
    std::string last;
    try {
        db.read(
            [&](sqlite3_stmt* row) {
                told.events.push_back(db.event(run, row));
                last = Database::text(row, 4);
            },
            "SELECT " EVENT_COLUMNS " FROM event JOIN run ON run.id = event.run WHERE event.run = ? ORDER BY event.number", run);
        if (db.format_of(run) != 1) db.compare(run, told.events, last);
    } catch (const DamagedEvent& damaged) {
        told.damage = damaged.what();
    }
    return told;
}

}  // namespace runtime
