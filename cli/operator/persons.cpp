#include "cli/operator/persons.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <mutex>

#include "cli/operator/keyboard.hpp"
#include "lang/syntax/read_value.hpp"

namespace cli {

namespace {

using runtime::Reaction;
using runtime::Stop;
using Kind = Reaction::Kind;

/// A meaning of several lines stands in its column.
std::string below_one_another(const std::string& meaning) {
    std::string text = visible(meaning);
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', end + 1))
        text.insert(end + 1, std::string(19, ' '));
    return text;
}

class Terminal final : public runtime::Person {
  public:
    Terminal(Screen& screen, runtime::Scheduler& scheduler, const Stop& stop, std::string operator_name)
        : screen_(screen), scheduler_(scheduler), stop_(stop), operator_(std::move(operator_name)) {}

    Reaction confirm(const std::string& text, runtime::Time until) override {
        const std::lock_guard lock(one_at_a_time_);
        for (std::string_view hint;; hint = "  please type yes or no\n") {
            const auto line =
                answer(fmt::format("{} {}\n{}  done? [yes/no] ", screen_.paint(Colour::Cyan, "?"), visible(text), hint), until);
            if (!line) return {.kind = Kind::Expired};
            if (*line == "yes" || *line == "y") return {.kind = Kind::Yes, .text = "yes", .by = operator_};
            if (*line == "no" || *line == "n") return {.kind = Kind::No, .text = "no", .by = operator_};
        }
    }

    Reaction ask(const runtime::Question& question, const lang::Type& type, runtime::Time until) override {
        const std::lock_guard lock(one_at_a_time_);
        for (std::string hint;; hint = "  that does not read as one\n") {
            auto line = answer(
                fmt::format("{} {}\n{}  {}: ", screen_.paint(Colour::Cyan, "?"), visible(question.text), hint, expected_of(type)), until);
            if (!line) return {.kind = Kind::Expired};
            if (lang::read_value(*line, type, nullptr)) return {.kind = Kind::Yes, .text = std::move(*line), .by = operator_};
        }
    }

    Reaction choose(const runtime::Question& question, const std::vector<runtime::Option>& options, runtime::Time until) override {
        const std::lock_guard lock(one_at_a_time_);
        std::string choices = fmt::format("{} {}\n", screen_.paint(Colour::Cyan, "?"), visible(question.text));
        for (const runtime::Option& option : options)
            choices += fmt::format("    {:<12} {}\n", option.word, below_one_another(option.meaning));
        for (std::string_view hint;; hint = "  type one of the words above, or an unmistakable beginning of one\n") {
            auto line = answer(fmt::format("{}{}  which? ", choices, hint), until);
            if (!line) return {.kind = Kind::Expired};
            const auto fits = [&](const runtime::Option& option) { return !line->empty() && option.word.starts_with(*line); };
            if (std::count_if(options.begin(), options.end(), fits) == 1) {
                return {.kind = Kind::Yes, .text = std::find_if(options.begin(), options.end(), fits)->word, .by = operator_};
            }
        }
    }

    Reaction sign(const runtime::Question& question, const std::string& stake, const std::string& first, runtime::Time until) override {
        const std::lock_guard lock(one_at_a_time_);
        const std::string how = first.empty() ? fmt::format("type what is at stake, {}, or no", visible(stake))
                                              : fmt::format("a second person, not {}: type your name to agree, or no", visible(first));
        const std::string_view wrong = first.empty() ? "  that is not it, letter by letter\n" : "  that is not a second person's name\n";
        for (std::string_view hint;; hint = wrong) {
            auto line = answer(fmt::format("{} {}\n{}  {}: ", screen_.paint(Colour::Red, "!"), visible(question.text), hint, how), until);
            if (!line) return {.kind = Kind::Expired};
            if (*line == "no") return {.kind = Kind::No, .text = "no", .by = first.empty() ? operator_ : "a second person"};
            if (first.empty() && *line == stake) return {.kind = Kind::Yes, .text = std::move(*line), .by = operator_};
            if (!first.empty() && is_another_name(*line, first)) return {.kind = Kind::Yes, .text = *line, .by = *line};
        }
    }

    std::optional<std::string> secret(const std::string& prompt) override {
        const std::lock_guard lock(one_at_a_time_);
        if (isatty(STDIN_FILENO) != 1) return std::nullopt;
        auto line = answer(fmt::format("{}: ", visible(prompt)), runtime::Time::max(), Echo::Hidden);
        if (!screen_.is_live()) screen_.line("");
        return line;
    }

  private:
    std::optional<std::string> answer(const std::string& prompt, runtime::Time until, Echo echo = Echo::Shown) {
        screen_.ring();
        return read_line(screen_, prompt, echo, scheduler_, until, stop_);
    }

    Screen& screen_;
    runtime::Scheduler& scheduler_;
    const Stop& stop_;
    const std::string operator_;
    std::mutex one_at_a_time_;
};

class Rehearsal final : public runtime::Person {
  public:
    Reaction confirm(const std::string&, runtime::Time) override { return yes("yes"); }
    Reaction ask(const runtime::Question&, const lang::Type& type, runtime::Time) override {
        switch (type.kind()) {
            case lang::Kind::Bool:
                return yes("no");
            case lang::Kind::Duration:
                return yes("0s");
            case lang::Kind::Text:
                return yes("");
            default:
                return yes("0");
        }
    }
    /// A rehearsal shows how the procedure fails: it decides nothing that a person would have to answer for.
    Reaction choose(const runtime::Question&, const std::vector<runtime::Option>&, runtime::Time) override { return {}; }
    Reaction sign(const runtime::Question&, const std::string& stake, const std::string&, runtime::Time) override { return yes(stake); }
    std::optional<std::string> secret(const std::string&) override { return "rehearsal"; }

  private:
    static Reaction yes(std::string text) { return {.kind = Kind::Yes, .text = std::move(text), .by = "the rehearsal"}; }
};

class Nobody final : public runtime::Person {
  public:
    Reaction confirm(const std::string&, runtime::Time) override { return {}; }
    Reaction ask(const runtime::Question&, const lang::Type&, runtime::Time) override { return {}; }
    Reaction choose(const runtime::Question&, const std::vector<runtime::Option>&, runtime::Time) override { return {}; }
    Reaction sign(const runtime::Question&, const std::string&, const std::string&, runtime::Time) override { return {}; }
    std::optional<std::string> secret(const std::string&) override { return std::nullopt; }
};

}  // namespace

std::string expected_of(const lang::Type& type) {
    switch (type.kind()) {
        case lang::Kind::Bool:
            return "yes or no";
        case lang::Kind::Int:
            return "a number";
        case lang::Kind::Duration:
            return "a time, such as 90s, 5m or 1h30m";
        case lang::Kind::Text:
            return "in words";
        default:
            return type.name();
    }
}

bool is_another_name(std::string_view name, std::string_view first) {
    if (std::none_of(name.begin(), name.end(), [](unsigned char c) { return std::isalpha(c) != 0 || c >= 0x80; })) return false;
    if (name == "yes" || name == "y" || name == "no") return false;
    return !std::equal(name.begin(), name.end(), first.begin(), first.end(),
                       [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

std::unique_ptr<runtime::Person> terminal_person(Screen& screen, runtime::Scheduler& scheduler, const Stop& stop,
                                                 std::string operator_name) {
    return std::make_unique<Terminal>(screen, scheduler, stop, std::move(operator_name));
}
std::unique_ptr<runtime::Person> rehearsing_person() { return std::make_unique<Rehearsal>(); }
std::unique_ptr<runtime::Person> nobody() { return std::make_unique<Nobody>(); }

}  // namespace cli
