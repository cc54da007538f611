#include "runtime/lock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace runtime {

namespace {

constexpr Duration patience = std::chrono::seconds(20);  ///< for one host, its log-in included

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
constexpr std::array<std::pair<std::string_view, std::string LockNote::*>, 5> words{{{"token", &LockNote::token},
                                                                                     {"holder", &LockNote::holder},
                                                                                     {"machine", &LockNote::machine},
                                                                                     {"since", &LockNote::since},
                                                                                     {"what", &LockNote::what}}};

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

/// Held, where the text says by whom.
LockState read(std::string_view text) {
    LockState state;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        for (const auto& [word, field] : words) {
            if (line.starts_with(word) && line.substr(word.size()).starts_with(' ')) state.note.*field = line.substr(word.size() + 1);
        }
    }
    state.is = state.note.token.empty() ? LockState::Is::Nameless : LockState::Is::Held;
    return state;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

LockState unknown(const Reply& reply) {
    LockState state;
    state.why = reply.describe();
    return state;
}

}  // namespace

std::string describe(const LockNote& note) {
    return fmt::format("{} on {} runs {}, since {}", note.holder, note.machine, note.what, note.since);
}

std::string lock_directory(const lang::Site& site) { return "/var/tmp/procrun-lock-" + path_part(site.name); }

SiteLock::SiteLock(const lang::Site& site, Fleet& fleet) : fleet_(fleet), directory_(lock_directory(site)), file_(directory_ + "/holder") {}

Reply SiteLock::ask(const lang::Host& host, const Command& command) {
    return fleet_.run(host, command, patience, event::CommandEnded::For::Lock, {});
}

LockState SiteLock::take(const lang::Host& host, const LockNote& note) {
    // Of all who try, mkdir lets one through, and tee says what it wrote; cat tells the others who it was.
    const Reply reply = ask(host, Command::script({Verbatim{"umask 022 && mkdir "}, Quoted{directory_}, Verbatim{" && tee "}, Quoted{file_},
                                                   Verbatim{" || cat "}, Quoted{file_}})
                                      .input({Quoted{written(note)}}));
    if (reply.ending != Ending::Exited) {
        // Cut off in the middle, it may have been taken after all.
        if (reply.may_have_run()) release(host, note.token);
        return unknown(reply);
    }
    if (LockState state = read(reply.out); state.is == LockState::Is::Held) return state;
    LockState state = look(host);
    if (state.is == LockState::Is::Free) state = {.is = LockState::Is::Unknown, .note = {}, .why = first_line(reply.err)};
    return state;
}

LockState SiteLock::look(const lang::Host& host) {
    const Reply reply = ask(host, Command::script({Verbatim{"test ! -d "}, Quoted{directory_}, Verbatim{" && echo free || cat "},
                                                   Quoted{file_}, Verbatim{" || echo nameless"}}));
    if (!reply.ok()) return unknown(reply);
    if (reply.out == "free\n") return {.is = LockState::Is::Free, .note = {}, .why = {}};
    return read(reply.out);
}

LockState SiteLock::release(const lang::Host& host, const std::string& token) {
    Command command = Command::program({"rmdir", directory_});
    if (!token.empty()) {
        command = Command::script({Verbatim{"grep -qxF "}, Quoted{"token " + token}, Verbatim{" "}, Quoted{file_}, Verbatim{" && rm "},
                                   Quoted{file_}, Verbatim{" && rmdir "}, Quoted{directory_}});
    }
    const Reply reply = ask(host, command);
    if (reply.ok()) return {.is = LockState::Is::Free, .note = {}, .why = {}};
    if (reply.ending != Ending::Exited) return unknown(reply);
    return look(host);
}

}  // namespace runtime
