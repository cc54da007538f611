#include "rehearsal/core/coreutils.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>
#include <charconv>
#include <string_view>

#include "rehearsal/world.hpp"

namespace rehearsal {

namespace {

using Words = std::vector<std::string>;

std::chrono::seconds::rep epoch(lang::Time time) { return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count(); }

std::optional<long> number(std::string_view text) {
    long value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

Answer echo(const Words& words) {
    const bool bare = words.size() > 1 && words[1] == "-n";
    std::string out;
    for (std::size_t i = bare ? 2 : 1; i < words.size(); ++i) out += (out.empty() ? "" : " ") + words[i];
    return {.out = out + (bare ? "" : "\n")};
}

/// `test` and `[`.
Answer test(Words words) {
    if (words.front() == "[") {
        if (words.back() != "]") return {.code = 2, .err = "sh: 1: [: missing ]\n"};
        words.pop_back();
    }
    const auto verdict = [](bool holds) { return Answer{.code = holds ? 0 : 1}; };
    const bool negated = words.size() > 2 && words[1] == "!";
    if (negated) {
        words.erase(words.begin() + 1);
        Answer inner = test(words);
        if (inner.ending == runtime::Ending::Exited && inner.code < 2) inner.code = 1 - inner.code;
        return inner;
    }
    if (words.size() == 1) return verdict(false);
    if (words.size() == 2) return verdict(!words[1].empty());
    if (words.size() == 3) {
        if (words[1] == "-z") return verdict(words[2].empty());
        if (words[1] == "-n") return verdict(!words[2].empty());
        if (words[1].size() == 2 && std::string_view("efdrswxL").find(words[1][1]) != std::string_view::npos) return verdict(true);
    }
    if (words.size() == 4) {
        if (words[2] == "=") return verdict(words[1] == words[3]);
        if (words[2] == "!=") return verdict(words[1] != words[3]);
        const auto left = number(words[1]), right = number(words[3]);
        if (left && right) {
            if (words[2] == "-eq") return verdict(*left == *right);
            if (words[2] == "-ne") return verdict(*left != *right);
            if (words[2] == "-lt") return verdict(*left < *right);
            if (words[2] == "-le") return verdict(*left <= *right);
            if (words[2] == "-gt") return verdict(*left > *right);
            if (words[2] == "-ge") return verdict(*left >= *right);
        }
    }
    return not_simulated(fmt::format("{}", fmt::join(words, " ")));
}

/// `date` with the formats that scripts use: +%s, +FORMAT of strftime, nothing.
Answer date(const Words& words, lang::Time now) {
    const auto second = fmt::gmtime(std::chrono::floor<std::chrono::seconds>(now));
    std::string_view format = "%a %b %e %H:%M:%S UTC %Y";
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (words[i].starts_with('+')) format = std::string_view(words[i]).substr(1);
    }
    if (format == "%s") return {.out = fmt::format("{}\n", epoch(now))};
    if (format.find_first_of("{}") != std::string_view::npos) return not_simulated(fmt::format("date +{}", format));
    return {.out = fmt::format(fmt::runtime(fmt::format("{{:{}}}\n", format)), second)};
}

Answer uname(const Words& words, const lang::Host& host) {
    const std::string_view what = words.size() > 1 ? words[1] : std::string_view("-s");
    if (what == "-n") return {.out = host.name + "\n"};
    if (what == "-r") return {.out = "6.1.0-28-amd64\n"};
    if (what == "-m") return {.out = "x86_64\n"};
    if (what == "-a") return {.out = "Linux " + host.name + " 6.1.0-28-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1 x86_64 GNU/Linux\n"};
    return {.out = "Linux\n"};
}

}  // namespace

std::optional<Answer> answer_basics(const Invocation& call, const World& world) {
    const Words& words = call.words;
    const std::string& name = words.front();
    if (name == "true" || name == ":") return Answer{};
    if (name == "false") return Answer{.code = 1};
    if (name == "echo") return echo(words);
    if (name == "test" || name == "[") return test(words);
    if (name == "hostname") return Answer{.out = (words.size() == 2 && words[1] == "-I" ? call.host.address : call.host.name) + "\n"};
    if (name == "uname") return uname(words, call.host);
    if (name == "date") return date(words, call.now);
    if (name == "stat" && words.size() == 4 && words[1] == "-c" && words[2] == "%Y") {
        return Answer{.out = fmt::format("{}\n", epoch(world.start) - 3600)};
    }
    return std::nullopt;
}

Answer connection_refused() { return {.code = ECONNREFUSED, .err = "Connection refused", .ending = runtime::Ending::NotSent}; }

Answer not_simulated(std::string_view what) {
    return {.err = fmt::format("`{}` is not simulated", what), .takes = {}, .ending = runtime::Ending::NotSimulated};
}

Answer command_not_found(std::string_view program) { return {.code = 127, .err = fmt::format("sh: 1: {}: not found\n", program)}; }

}  // namespace rehearsal
