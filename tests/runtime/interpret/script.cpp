#include "tests/runtime/interpret/script.hpp"

#include <algorithm>
#include <stdexcept>

#include "lang/syntax/read_value.hpp"
#include "tests/support/said.hpp"

namespace runtime_tests {

namespace {

using runtime::Ending;

[[noreturn]] void not_understood(const std::string& what) { throw std::runtime_error("not understood in a script: " + what); }

lang::Duration duration(const std::string& text) {
    const auto value = lang::read_value(text, lang::Kind::Duration, nullptr);
    if (!value) not_understood(text);
    return value->duration();
}

/// Splits at commas outside of quotes, without the blanks around them.
std::vector<std::string> parts_of(const std::string& text) {
    std::vector<std::string> parts(1);
    bool quoted = false;
    for (const char c : text) {
        if (c == '"') quoted = !quoted;
        if (c == ',' && !quoted)
            parts.emplace_back();
        else if (c != ' ' || !parts.back().empty())
            parts.back() += c;
    }
    return parts;
}

std::string unquoted(const std::string& text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') not_understood(text);
    std::string out;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        const bool line_end = text[i] == '\\' && text[i + 1] == 'n';
        out += line_end ? '\n' : text[i];
        i += line_end;
    }
    return out;
}

void add(Reply& reply, const std::string& part) {
    const std::size_t blank = part.find(' ');
    const std::string word = part.substr(0, blank);
    const std::string rest = blank == std::string::npos ? std::string() : part.substr(blank + 1);
    const bool alone = rest.empty();
    if (word == "exit") {
        reply.code = std::stoi(rest);
        reply.happens = reply.happens && reply.code == 0;
    } else if (word == "says") {
        reply.out = unquoted(rest);
    } else if (word == "err") {
        reply.err = unquoted(rest);
    } else if (word == "takes") {
        reply.takes = duration(rest);
    } else if (word == "refused") {
        reply.ending = Ending::NotSent;
        reply.err = unquoted(rest);
        reply.happens = false;
    } else if (part == "not simulated") {
        reply.ending = Ending::NotSimulated;
        reply.err = "not simulated";
        reply.happens = false;
    } else if (word == "lost" && alone) {
        reply.ending = Ending::LinkLost;
    } else if (word == "nothing" && alone) {
        reply.happens = false;
    } else if (word == "silent" && alone) {
        reply.silent = true;
        reply.happens = false;
    } else if (word == "always" && alone) {
        reply.always = true;
    } else if (word == "ctrl-c" && alone) {
        reply.ctrl_c = true;
    } else if ((word == "yes" || word == "no" || word == "nobody") && alone) {
        reply.out = word;
    } else if (part.front() == '"') {
        reply.out = unquoted(part);
    } else if (word != "done") {
        not_understood(part);
    }
}

Reply reply(const std::string& text) {
    Reply made;
    const std::vector<std::string> parts = parts_of(text);
    for (const std::string& part : parts) add(made, part);
    const bool done = std::find(parts.begin(), parts.end(), "done") != parts.end();
    if (made.ending == Ending::LinkLost && !done) made.happens = false;
    if (done) made.happens = true;
    return made;
}

}  // namespace

Script Script::read(const std::vector<std::string>& lines) {
    Script script;
    for (const std::string& line : lines) {
        // A question may have colons of its own.
        const std::size_t colon = line.starts_with('"') ? line.rfind("\": ") + 1 : line.find(": ");
        const std::size_t is = line.find(" is ");
        const std::size_t at = line.rfind(" at ");
        if (line.starts_with("killed at ")) {
            script.kills.push_back(line.substr(10));
        } else if (line == "resumed") {
            script.resumed = true;
        } else if (line == "silent machines: decide" || line == "silent machines: go on") {
            script.silent = line.ends_with("decide") ? runtime::Silent::Decide : runtime::Silent::GoOn;
        } else if (line.starts_with("without ")) {
            script.without.push_back(line.substr(8));
        } else if (line == "on failure: undo") {
            script.undo = true;
        } else if (colon != std::string::npos && colon != 0 && (line.front() == '"' || line.find("$ ") < colon)) {
            script.replies[support::said(line.substr(0, colon))].push_back(reply(line.substr(colon + 2)));
        } else if (line.starts_with("param ")) {
            const std::size_t equals = line.find('=');
            script.parameters[line.substr(6, equals - 6)] = line.substr(equals + 1);
        } else if (line.starts_with("ctrl-c at ")) {
            script.later.push_back({.at = duration(line.substr(10)), .host = {}, .lamp = {}, .state = {}});
        } else if (is != std::string::npos && at != std::string::npos) {
            const std::size_t blank = line.find(' ');
            script.later.push_back({.at = duration(line.substr(at + 4)),
                                    .host = line.substr(0, blank),
                                    .lamp = line.substr(blank + 1, is - blank - 1),
                                    .state = line.substr(is + 4, at - is - 4)});
        } else if (is != std::string::npos) {
            script.lamps[line.substr(0, is)] = line.substr(is + 4);
        } else {
            not_understood(line);
        }
    }
    std::stable_sort(script.later.begin(), script.later.end(), [](const Later& a, const Later& b) { return a.at < b.at; });
    return script;
}

std::optional<Reply> Script::next(const std::string& key) {
    const auto it = replies.find(support::said(key));
    if (it == replies.end() || it->second.empty()) return std::nullopt;
    Reply reply = it->second.front();
    if (!reply.always) it->second.pop_front();
    return reply;
}

}  // namespace runtime_tests
