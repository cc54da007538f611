#include "runtime/interpret/effects/lock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace runtime {

namespace {

/// The site's name as a part of a path. Two sites that come out alike share a lock, which errs on the safe side.
std::string path_part(const std::string& name) {
    std::string part;
    for (const char c : name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain) {
            part += c;
        } else if (!part.empty() && part.back() != '-') {
            part += '-';
        }
    }
    while (!part.empty() && part.back() == '-') part.pop_back();
    constexpr std::size_t enough = 60;
    return part.empty() ? "site" : part.substr(0, enough);
}

/// The words of the file and where they belong.
constexpr std::array<std::pair<std::string_view, std::string LockNote::*>, 5> words{{{"holder", &LockNote::holder},
                                                                                     {"machine", &LockNote::machine},
                                                                                     {"since", &LockNote::since},
                                                                                     {"procedure", &LockNote::procedure},
                                                                                     {"message", &LockNote::message}}};

std::string on_one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    return text;
}

std::string written(const LockNote& note) {
    std::string text;
    for (const auto& [word, field] : words) text += fmt::format("{} {}\n", word, on_one_line(note.*field));
    return text;
}

std::string take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

/// The name of the file, and what stands in it.
LockState read(std::string_view text) {
    LockState state;
    state.note.token = take_line(text);
    state.is = state.note.token.empty() ? LockState::Is::Nameless : LockState::Is::Held;
    while (!text.empty()) {
        const std::string line = take_line(text);
        for (const auto& [word, field] : words) {
            if (line.starts_with(word) && line.substr(word.size()).starts_with(' ')) state.note.*field = line.substr(word.size() + 1);
        }
    }
    return state;
}

LockState unknown(std::string why) { return {.is = LockState::Is::Unknown, .note = {}, .why = std::move(why)}; }

}  // namespace

std::string describe(const LockNote& note) {
    const std::string message = note.message.empty() ? std::string() : fmt::format(" (\"{}\")", note.message);
    return fmt::format("{} on {} runs {}, since {}{}", note.holder, note.machine, note.procedure, note.since, message);
}

std::string lock_directory(const lang::Site& site) { return "/var/tmp/procrun-lock-" + path_part(site.name); }

SiteLock::SiteLock(const lang::Site& site, Fleet& fleet) : fleet_(fleet), directory_(lock_directory(site)) {}

Reply SiteLock::ask(const lang::Host& host, const Command& command, Duration patience) {
    return fleet_.run(host, command, patience, event::CommandEnded::For::Lock, {});
}

LockState SiteLock::take(const lang::Host& host, const LockNote& note) {
    // Of all who try, mkdir lets one through.
    const Reply reply = ask(host,
                            Command::script({Verbatim{"umask 022 && mkdir "}, Quoted{directory_}, Verbatim{" && tee "}, file(note.token)})
                                .input({Quoted{written(note)}}),
                            lock_patience);
    if (reply.ok()) return {.is = LockState::Is::Held, .note = note};
    return not_taken(host, note, reply);
}

LockState SiteLock::take_over(const lang::Host& host, const std::string& from, const LockNote& note) {
    // The name of the file is whose it is: of all who try to rename it, mv lets one through.
    const Reply reply =
        ask(host,
            Command::script({Verbatim{"mv "}, file(from), Verbatim{" "}, file(note.token), Verbatim{" && tee "}, file(note.token)})
                .input({Quoted{written(note)}}),
            lock_patience);
    if (reply.ok()) return {.is = LockState::Is::Held, .note = note};
    LockState state = not_taken(host, note, reply);
    const bool as_before = state.is == LockState::Is::Free || (state.is == LockState::Is::Held && state.note.token == from);
    return as_before ? unknown(reply.describe()) : state;
}

/// Who has it? What was made by half is taken away again.
LockState SiteLock::not_taken(const lang::Host& host, const LockNote& note, const Reply& reply) {
    if (reply.ending != Ending::Exited) {
        if (reply.may_have_run()) release(host, note.token);
        return unknown(reply.describe());
    }
    LockState state = look(host, lock_patience);
    const bool half = state.is == LockState::Is::Held && state.note.token == note.token;
    if (half) release(host, note.token);
    if (half) return unknown(reply.describe());
    if (state.is == LockState::Is::Free) state.why = reply.describe();
    return state;
}

LockState SiteLock::look(const lang::Host& host, Duration patience) {
    // The name of the file, a blank line, and what stands in it. Each may be there or not while another run is making it.
    const Reply reply = ask(host,
                            Command::script({Verbatim{"test -d "}, Quoted{directory_}, Verbatim{" || echo free; ls "}, Quoted{directory_},
                                             Verbatim{" 2>/dev/null; echo; grep -rhs '' "}, Quoted{directory_}, Verbatim{" || true"}}),
                            patience);
    if (!reply.ok()) return unknown(reply.describe());
    constexpr std::string_view free = "free\n";
    if (reply.out == "free\n\n") return {.is = LockState::Is::Free};
    return read(std::string_view(reply.out).substr(reply.out.starts_with(free) ? free.size() : 0));
}

LockState SiteLock::release(const lang::Host& host, const std::string& token) {
    Command command = Command::program({"rmdir", directory_});
    if (!token.empty()) command = Command::script({Verbatim{"rm "}, file(token), Verbatim{" && rmdir "}, Quoted{directory_}});
    const Reply reply = ask(host, command, lock_patience);
    if (reply.ok()) return {.is = LockState::Is::Free};
    if (reply.ending != Ending::Exited) return unknown(reply.describe());
    LockState state = look(host, lock_patience);
    const bool still_there = state.is == LockState::Is::Held && state.note.token == token;
    return still_there ? unknown(reply.describe()) : state;
}

}  // namespace runtime
