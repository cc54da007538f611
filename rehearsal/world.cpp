#include "rehearsal/world.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <type_traits>

#include "rehearsal/compose/docker.hpp"
#include "rehearsal/core/coreutils.hpp"
#include "rehearsal/core/unnamed.hpp"
#include "rehearsal/core/words.hpp"
#include "rehearsal/cpms/model.hpp"
#include "rehearsal/pacemaker/crm_simulate.hpp"
#include "rehearsal/urs/model.hpp"
#include "rehearsal/xivo/model.hpp"
#include "runtime/connection/net/network.hpp"
#include "runtime/shell/dialect.hpp"

namespace rehearsal {

namespace {

using namespace std::chrono_literals;

/// The systems that no other one looks at, in the order in which they are asked.
constexpr MakeModel make_others[] = {make_healthy<Docker>, make_healthy<Xivo>, make_healthy<Urs>, make_healthy<Cpms>};
/// What is asked so that its answer is read begins with it; the simulated tools speak plainly anyway.
constexpr std::string_view plain_speech = "export LC_ALL=C; ";

/// Runs what is left of a line when the shells around it are peeled off.
class LoginShell {
  public:
    LoginShell(World& world, const lang::Host& host) : world_(world), host_(host) {}

    Answer posix(std::string_view script, const std::string& input) {
        if (script.starts_with(plain_speech)) script.remove_prefix(plain_speech.size());
        if (const auto behind = runtime::behind_password(script, input)) return posix(behind->first, std::string(behind->second));
        if (auto reply = world_.replies.answer_script(host_, script)) return heard(*reply, Replies::key_of(script));
        const auto commands = read_script(script);
        if (!commands) {
            auto transition = simulated_transition(host_, script, world_);
            if (transition) return std::move(*transition);
            if (auto whole = ask_systems({.host = host_, .words = {"sh", "-c", std::string(script)}, .input = {}, .now = world_.now}))
                return *whole;
            const std::string key = Replies::key_of(script);
            if (auto named = world_.replies.answer_named(host_, key)) return heard(*named, key);
            return mended(not_simulated(script), script);
        }
        Answer whole{.takes = 0ms};
        for (const SimpleCommand& command : *commands) {
            using When = SimpleCommand::When;
            if (command.when == When::Succeeded && whole.code != 0) continue;
            if (command.when == When::Failed && whole.code == 0) continue;
            Answer one = program(command.words, input);
            if (one.ending == runtime::Ending::NotSimulated) return one;
            whole.code = one.code;
            whole.takes += one.takes;
            if (!one.rests_on.empty()) whole.rests_on += (whole.rests_on.empty() ? "" : ", ") + one.rests_on;
            if (!command.out_dropped) whole.out += one.out;
            if (!command.err_dropped) (command.err_to_out ? whole.out : whole.err) += one.err;
            if (one.ending != runtime::Ending::Exited) {
                whole.ending = one.ending;
                break;
            }
        }
        return commands->size() > 1 ? heard(std::move(whole), Replies::key_of(script)) : whole;
    }

    Answer windows(std::string_view line, const std::string& input) {
        auto words = windows_words(line);
        if (words.empty()) return Answer{};
        if (words.front() != "powershell" && words.front() != "powershell.exe") return ask(std::move(words), input);
        const auto encoded = std::find(words.begin(), words.end(), "-EncodedCommand");
        if (encoded == words.end()) return ask({"powershell", input}, {});
        if (encoded + 1 == words.end()) return not_simulated(line);
        const auto script = runtime::decode_powershell(encoded[1]);
        return script ? ask({"powershell", *script}, input) : not_simulated(line);
    }

    /// No shell at all. Where no system answers, nothing says whether anybody listens.
    Answer request(const std::vector<std::string>& words, const std::string& input) {
        const Invocation call{.host = host_, .words = words, .input = input, .now = world_.now};
        const std::string key = Replies::key_of(call);
        auto answer = ask_systems(call);
        if (!answer) answer = world_.replies.answer_named(host_, key);
        return answer ? heard(*answer, key) : mended(not_simulated(key), key);
    }

  private:
    Answer program(std::vector<std::string> words, std::string input) {
        if (words.size() > 1 && words.front() == "LC_ALL=C") words.erase(words.begin());
        if (words.front() == "sudo") {
            std::size_t first = 1;
            bool only_asks = false;  // would it run this?
            for (; first < words.size() && words[first].starts_with('-'); ++first) {
                only_asks = only_asks || words[first] == "-l";
                if (words[first] == "-S") input.erase(0, std::min(input.find('\n'), input.size() - 1) + 1);
                if (words[first] == "-p" || words[first] == "-u") ++first;
                if (first < words.size() && words[first] == "--") {
                    ++first;
                    break;
                }
            }
            if (first >= words.size()) return not_simulated(fmt::format("{}", fmt::join(words, " ")));
            if (only_asks) return Answer{.out = words[first] + "\n", .takes = 0ms};
            words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(first));
            return program(std::move(words), std::move(input));
        }
        const bool is_shell = words.front() == "sh" || words.front() == "/bin/sh";
        if (is_shell && words.size() == 3 && words[1] == "-c") return posix(words[2], input);
        return ask(std::move(words), input);
    }

    Answer ask(std::vector<std::string> words, const std::string& input) {
        const Invocation call{.host = host_, .words = std::move(words), .input = input, .now = world_.now};
        const auto lacking = unnamed(call, world_);
        if (lacking) world_.unnamed.insert(*lacking);
        std::optional<Answer> answer = ask_systems(call);
        if (!answer && host_.os == lang::Os::Linux) answer = answer_basics(call, world_);
        const std::string key = Replies::key_of(call);
        if (!answer) answer = world_.replies.answer_named(host_, key);
        if (!answer) answer = not_simulated(as_written(call));
        if (answer->ending != runtime::Ending::NotSimulated) return heard(*answer, key);
        if (!lacking) return mended(*answer, as_written(call));
        answer->mend = *lacking;
        return *answer;
    }

    /// What has succeeded may change what the site file says of other things.
    Answer heard(Answer answer, const std::string& key) {
        const bool is_http = lang::is_request(key) && !key.starts_with("tcp://");
        const bool succeeded = is_http ? answer.code >= 200 && answer.code < 400 : answer.code == 0;
        if (answer.ending == runtime::Ending::Exited && succeeded) world_.replies.happened(host_, key);
        return answer;
    }

    Answer mended(Answer answer, std::string_view asked) const {
        answer.mend = reply_to_write(host_, asked);
        return answer;
    }

    /// As a person would type it. What is behind "powershell" is a script.
    static std::string as_written(const Invocation& call) {
        if (call.words.size() == 2 && call.words.front() == "powershell") return call.words.back();
        std::string text;
        for (const std::string& word : call.words) {
            const bool is_windows = call.host.os == lang::Os::Windows;
            const std::string quoted = !is_windows                           ? runtime::posix_quote(word)
                                       : word.find(' ') != std::string::npos ? '"' + word + '"'
                                                                             : word;
            text += (text.empty() ? "" : " ") + quoted;
        }
        return text;
    }

    std::optional<Answer> ask_systems(const Invocation& call) {
        std::optional<Answer> answer;
        world_.each([&](auto& model) {
            if (!answer) answer = model.answer(call, world_);
        });
        return answer;
    }

    World& world_;
    const lang::Host& host_;
};

}  // namespace

World World::healthy(const lang::Site& site, lang::Time start, std::span<const MakeModel> more) {
    World world;
    world.site = &site;
    world.start = world.now = start;
    std::apply(
        [&]<typename... Models>(Models&... model) {
            static_assert((Model<Models> && ...));
            ((model = Models::healthy(site, start)), ...);
        },
        world.looked_at());
    for (const MakeModel make : make_others) world.others.push_back(make(site, start));
    for (const MakeModel make : more) world.others.push_back(make(site, start));
    for (const auto& host : site.hosts) {
        world.each([&](const auto& model) {
            for (const std::string& unit : units(model, site, *host)) world.systemd.install(*host, unit, start);
        });
    }
    return world;
}

void World::advance(lang::Time to) {
    const auto tick = [this](lang::Time moment) {
        now = moment;
        each([&](auto& model) { model.advance(moment, *this); });
    };
    for (lang::Time second = std::chrono::floor<std::chrono::seconds>(now) + 1s; second < to; second += 1s) tick(second);
    if (to > now) tick(to);
}

Answer World::run(const lang::Host& host, const std::string& line, const std::string& input, lang::Time at) {
    advance(at);
    if (const auto read = runtime::read_guard(line)) {
        const auto& [guard, behind] = *read;
        if (lock.keeps_back(host, guard)) return {.code = runtime::guard_status, .out = fmt::format("{}\n", runtime::guard_word)};
        return run(host, std::string(behind), input, at);
    }
    log.push_back({.at = now, .host = host.name, .line = line, .input_bytes = input.size()});
    LoginShell shell(*this, host);
    if (const auto request = runtime::read_request(line)) return shell.request(*request, input);
    return host.os == lang::Os::Windows ? shell.windows(line, input) : shell.posix(line, input);
}

std::optional<std::string> World::inject(const lang::Host& host, std::string_view trouble, lang::Time at, Fault fault) {
    std::optional<std::string> injected;
    each([&](auto& model) {
        if (!injected) injected = model.inject(host, trouble, at, *this, fault);
    });
    return injected;
}

void World::power_off(const lang::Host& host, lang::Time at) {
    each([&](auto& model) { model.power_off(host, at, *this); });
}

void World::power_on(const lang::Host& host, lang::Time at) {
    each([&](auto& model) { model.power_on(host, at, *this); });
}

std::map<std::string, std::string> World::snapshot() const {
    std::map<std::string, std::string> out;
    each([&](const auto& model) { model.snapshot(out); });
    return out;
}

}  // namespace rehearsal
