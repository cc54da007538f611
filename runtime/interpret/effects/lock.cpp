#include "runtime/interpret/effects/lock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace runtime {

namespace {

using Is = LockState::Is;

/// The words of the file and where they belong.
constexpr std::array<std::pair<std::string_view, std::string LockNote::*>, 7> words{{{"holder", &LockNote::holder},
                                                                                     {"machine", &LockNote::machine},
                                                                                     {"since", &LockNote::since},
                                                                                     {"procedure", &LockNote::procedure},
                                                                                     {"message", &LockNote::message},
                                                                                     {"run", &LockNote::run},
                                                                                     {"ended", &LockNote::ended}}};

/// The host reads no more of a file than these lines can have.
std::string on_one_line(std::string text) {
    constexpr std::size_t longest = 600;
    if (text.size() > longest) text = text.substr(0, longest) + "…";
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    return text;
}

std::string written(const LockNote& note) {
    std::string text;
    for (const auto& [word, field] : words) {
        const bool only_of_records = field == &LockNote::ended || field == &LockNote::run;
        if (!only_of_records || !(note.*field).empty()) text += fmt::format("{} {}\n", word, on_one_line(note.*field));
    }
    return text;
}

std::string take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

LockState unknown(std::string why) { return {.is = Is::Unknown, .note = {}, .why = std::move(why)}; }

void read_note(std::string_view text, LockNote& note) {
    while (!text.empty()) {
        const std::string line = take_line(text);
        for (const auto& [word, field] : words) {
            if (line.starts_with(word) && line.substr(word.size()).starts_with(' ')) note.*field = line.substr(word.size() + 1);
        }
    }
}

std::int64_t number_of(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

/// "17", "token T", and the file.
LockNote read_record(std::string_view text) {
    LockNote note{.number = number_of(take_line(text))};
    const std::string line = take_line(text);
    constexpr std::string_view word = "token ";
    if (line.starts_with(word)) note.token = line.substr(word.size());
    read_note(text, note);
    return note;
}

LastRun read_last(std::string_view text) {
    const std::string is = take_line(text);
    if (is == "first") return {.is = LastRun::Is::None};
    LastRun last{.note = read_record(text)};
    if (is == "before" && last.note.number > 0) last.is = LastRun::Is::There;
    return last;
}

/// What stands behind the token of a lock that was taken just now.
void read_number_and_last(std::string_view text, LockState& state) {
    constexpr std::string_view word = "number ";
    if (!text.starts_with(word)) return;
    state.note.number = number_of(take_line(text).substr(word.size()));
    state.last = read_last(text);
}

/// It is ours: what the host has said of it but the number is what it was told.
void take_note(const LockNote& told, LockState& state) {
    const std::int64_t number = state.note.number;
    state.note = told;
    state.note.number = std::max(number, told.number);
}

/// What `lock_script` writes. Whatever it is not is unknown.
LockState read(const std::string& output) {
    std::string_view text = output;
    const std::string word = take_line(text);
    if (word == "free" && (text.empty() || text.starts_with("before\n"))) return {.is = Is::Free, .last = read_last(text)};
    LockState state;
    state.where = take_line(text);
    const auto rest = [&] { return std::string(text.substr(0, text.find_last_not_of('\n') + 1)); };
    if (word == "failed") return {.is = Is::Free, .note = {}, .why = rest().empty() ? "it cannot be made" : rest()};
    if (!state.where.starts_with('/')) return unknown("the host did not say what is there");
    if (word == "nameless") {
        state.is = Is::Nameless;
    } else if (word == "obstacle") {
        state.is = Is::Obstacle;
        state.why = rest();
    } else if (word == "held" && !text.empty()) {
        state.is = Is::Held;
        state.note.token = take_line(text);
        read_note(text, state.note);
        read_number_and_last(text, state);
    } else {
        return unknown("the host did not say what is there");
    }
    return state;
}

}  // namespace

std::string describe(const LockNote& note) {
    const std::string message = note.message.empty() ? std::string() : fmt::format(" (\"{}\")", note.message);
    return fmt::format("{} on {} runs {}, since {}{}", note.holder, note.machine, note.procedure, note.since, message);
}

std::string describe(const LastRun& last) {
    return fmt::format("{}: {}", describe(last.note), last.note.ended.empty() ? "it has not given the lock back" : last.note.ended);
}

std::string describe_obstacle(const LockState& state, const lang::Host& host) {
    return fmt::format(
        "what is in the way on {} is no lock of this user's: {} is {}\nWhether a run is under way is not to be believed from there. Ask "
        "its "
        "owner: where it is a run's that logs in as another user, wait for its end; else have it taken away there. In a place that is "
        "prepared, {}, others cannot be in the way.",
        host.name, state.where, state.why, prepared_place);
}

SiteLock::SiteLock(const lang::Site& site, HostConnections& connections)
    : connections_(connections),
      name_(lock_name(site)),
      old_name_(old_lock_name(site)),
      last_(last_name(site)),
      newest_(newest_name(site)) {}

SiteLock::SiteLock(std::string name, HostConnections& connections)
    : connections_(connections), name_(std::move(name)), old_name_(name_ + ".old") {}

LockState SiteLock::ask(const lang::Host& host, LockCall call, Duration patience, bool* may_have_run) {
    call.name = name_;
    call.old_name = old_name_;
    call.record = last_;
    const Reply reply = connections_.run(host, call.command(), patience, event::CommandEnded::For::Lock, {});
    if (may_have_run != nullptr) *may_have_run = reply.may_have_run() && reply.ending != Ending::Exited;
    return reply.ok() ? read(reply.out) : unknown(reply.describe());
}

LockState SiteLock::take(const lang::Host& host, const LockNote& note) {
    bool may_have_run = false;
    LockState state = ask(host, {.what = "take", .token = note.token, .number = std::to_string(note.number), .note = written(note)},
                          lock_patience, &may_have_run);
    if (state.is == Is::Unknown && may_have_run) release(host, note.token);
    if (state.is == Is::Held && state.note.token == note.token) take_note(note, state);
    return state;
}

LockState SiteLock::take_over(const lang::Host& host, const std::string& from, const LockNote& note) {
    bool may_have_run = false;
    LockState state =
        ask(host, {.what = "over", .token = note.token, .from = from, .number = std::to_string(note.number), .note = written(note)},
            lock_patience, &may_have_run);
    if (state.is == Is::Unknown && may_have_run) release(host, note.token);
    if (state.is == Is::Held && state.note.token == note.token) take_note(note, state);
    // Another one has given it back meanwhile, or it cannot be written to.
    const bool as_before = state.is == Is::Free || (state.is == Is::Held && state.note.token == from);
    return as_before ? unknown("the lock of this run could not be taken over") : state;
}

LockState SiteLock::look(const lang::Host& host, Duration patience) { return ask(host, {.what = "look"}, patience); }

LockState SiteLock::release(const lang::Host& host, const std::string& token) { return give_back(host, {.token = token}); }

LockState SiteLock::give_back(const lang::Host& host, const LockNote& note) {
    LockCall call{.what = "release", .token = note.token};
    if (note.number > 0) {
        call.number = std::to_string(note.number);
        call.note = written(note);
    }
    LockState state = ask(host, std::move(call), lock_patience);
    const bool still_there = state.is == Is::Held && state.note.token == note.token;
    return still_there ? unknown("it could not be taken away") : state;
}

Claim SiteLock::claim(const lang::Host& host, const LockNote& note) {
    const LockCall call{.what = "claim",
                        .name = name_,
                        .old_name = old_name_,
                        .token = note.token,
                        .record = newest_,
                        .number = std::to_string(note.number),
                        .note = written(note)};
    // By the log-in itself, as its commands test the record in front of sudo.
    const Reply reply = connections_.run(host, call.command().as_login_user(), claim_patience, event::CommandEnded::For::Lock, {});
    if (!reply.ok()) return {.why = reply.describe()};
    std::string_view text = reply.out;
    const std::string word = take_line(text), where = take_line(text);
    if (word == "ours") return {.is = Claim::Is::Ours};
    if (word == "newer") return {.is = Claim::Is::Newer, .newest = read_record(text)};
    const LockState state = read(reply.out);
    return {.why = state.is == Is::Obstacle ? fmt::format("{} is {}", state.where, state.why) : state.why};
}

}  // namespace runtime
