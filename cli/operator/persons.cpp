#include "cli/operator/persons.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <mutex>
#include <sstream>
#include <stdexcept>

#include "cli/operator/keyboard.hpp"
#include "cli/run/load.hpp"
#include "lang/syntax/read_value.hpp"

namespace cli {

namespace {

using runtime::Reaction;
using runtime::Stop;
using Kind = Reaction::Kind;

/// Two spellings of one name are one person.
bool is_another_name(std::string_view name, std::string_view first) {
    if (std::none_of(name.begin(), name.end(), [](unsigned char c) { return std::isalpha(c) != 0 || c >= 0x80; })) return false;
    if (name == "yes" || name == "y" || name == "no") return false;
    return !std::equal(name.begin(), name.end(), first.begin(), first.end(),
                       [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

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

    Reaction ask(const std::string& question, const lang::Type& type, runtime::Time until) override {
        const std::lock_guard lock(one_at_a_time_);
        for (std::string hint;; hint = "  that does not read as one\n") {
            auto line =
                answer(fmt::format("{} {}\n{}  {}: ", screen_.paint(Colour::Cyan, "?"), visible(question), hint, expected_of(type)), until);
            if (!line) return {.kind = Kind::Expired};
            if (lang::read_value(*line, type, nullptr)) return {.kind = Kind::Yes, .text = std::move(*line), .by = operator_};
        }
    }

    Reaction choose(const std::string& question, const std::vector<runtime::Option>& options, runtime::Time until) override {
        const std::lock_guard lock(one_at_a_time_);
        std::string choices = fmt::format("{} {}\n", screen_.paint(Colour::Cyan, "?"), visible(question));
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

    Reaction sign(const std::string& question, const std::string& stake, const std::string& first, runtime::Time until) override {
        const std::lock_guard lock(one_at_a_time_);
        const std::string how = first.empty() ? fmt::format("type what is at stake, {}, or no", visible(stake))
                                              : fmt::format("a second person, not {}: type your name to agree, or no", visible(first));
        const std::string_view wrong = first.empty() ? "  that is not it, letter by letter\n" : "  that is not a second person's name\n";
        for (std::string_view hint;; hint = wrong) {
            auto line = answer(fmt::format("{} {}\n{}  {}: ", screen_.paint(Colour::Red, "!"), visible(question), hint, how), until);
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
        return read_line(screen_, prompt, echo, scheduler_, until, stop_);
    }

    Screen& screen_;
    runtime::Scheduler& scheduler_;
    const Stop& stop_;
    const std::string operator_;
    std::mutex one_at_a_time_;
};

class Prepared final : public runtime::Person {
  public:
    Prepared(Answers answers, std::string operator_name)
        : answers_(std::move(answers)), operator_(std::move(operator_name)), by_(operator_ + " by " + answers_.path) {}

    Reaction confirm(const std::string& text, runtime::Time) override {
        const std::string* answer = answers_.find(text);
        if (answer == nullptr) return missing();
        if (*answer != "yes" && *answer != "no") return unfit(*answer, "yes or no");
        return {.kind = *answer == "yes" ? Kind::Yes : Kind::No, .text = *answer, .by = by_};
    }
    Reaction ask(const std::string& question, const lang::Type& type, runtime::Time) override {
        const std::string* answer = answers_.find(question);
        if (answer == nullptr) return missing();
        // An empty text says nothing: whoever wants a reason would ask again, and get the same.
        if (answer->empty() || !lang::read_value(*answer, type, nullptr)) return unfit(*answer, expected_of(type));
        return {.kind = Kind::Yes, .text = *answer, .by = by_};
    }
    Reaction choose(const std::string& question, const std::vector<runtime::Option>& options, runtime::Time) override {
        const std::string* answer = answers_.find(question);
        const auto is_answer = [&](const runtime::Option& option) { return option.word == *answer; };
        if (answer == nullptr || std::none_of(options.begin(), options.end(), is_answer)) return missing();
        return {.kind = Kind::Yes, .text = *answer, .by = by_};
    }
    Reaction sign(const std::string& question, const std::string& stake, const std::string& first, runtime::Time) override {
        const std::string* answer = answers_.find(question);
        if (answer == nullptr) return missing();
        if (first.empty()) return {.kind = *answer == stake ? Kind::Yes : Kind::No, .text = *answer, .by = by_};
        const bool another = is_another_name(*answer, operator_);
        return {.kind = another ? Kind::Yes : Kind::No, .text = *answer, .by = fmt::format("{} by {}", *answer, answers_.path)};
    }
    std::optional<std::string> secret(const std::string&) override { return std::nullopt; }

  private:
    Reaction missing() const { return {.kind = Kind::Nobody, .text = fmt::format("{} has no answer to it", answers_.path), .by = {}}; }
    Reaction unfit(const std::string& answer, const std::string& wanted) const {
        return {.kind = Kind::Nobody, .text = fmt::format("{} answers `{}`, expected {}", answers_.path, answer, wanted), .by = {}};
    }

    const Answers answers_;
    const std::string operator_;
    const std::string by_;
};

class Rehearsal final : public runtime::Person {
  public:
    Reaction confirm(const std::string&, runtime::Time) override { return yes("yes"); }
    Reaction ask(const std::string&, const lang::Type& type, runtime::Time) override {
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
    Reaction choose(const std::string&, const std::vector<runtime::Option>&, runtime::Time) override { return {}; }
    Reaction sign(const std::string&, const std::string& stake, const std::string&, runtime::Time) override { return yes(stake); }
    std::optional<std::string> secret(const std::string&) override { return "rehearsal"; }

  private:
    static Reaction yes(std::string text) { return {.kind = Kind::Yes, .text = std::move(text), .by = "the rehearsal"}; }
};

class Nobody final : public runtime::Person {
  public:
    Reaction confirm(const std::string&, runtime::Time) override { return {}; }
    Reaction ask(const std::string&, const lang::Type&, runtime::Time) override { return {}; }
    Reaction choose(const std::string&, const std::vector<runtime::Option>&, runtime::Time) override { return {}; }
    Reaction sign(const std::string&, const std::string&, const std::string&, runtime::Time) override { return {}; }
    std::optional<std::string> secret(const std::string&) override { return std::nullopt; }
};

std::string trimmed(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return std::string(text);
}

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

const std::string* Answers::find(std::string_view question) const {
    for (const Entry& entry : entries) {
        std::string_view pattern = entry.question;
        const bool prefix = pattern.ends_with('*');
        if (prefix) pattern.remove_suffix(1);
        if (prefix ? question.starts_with(pattern) : question == pattern) return &entry.answer;
    }
    return nullptr;
}

Answers read_answers(const std::string& path) {
    const runtime::FileText read = read_text(path);
    if (!read.text) throw UsageError{fmt::format("the answers in {}: {}", path, read.why)};
    constexpr std::size_t most = std::size_t{4} << 20;
    if (read.text->size() > most) throw UsageError{fmt::format("the answers in {}: more than {} MiB are no answers", path, most >> 20)};
    std::istringstream file(*read.text);
    Answers answers{.entries = {}, .path = path};
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        const std::string text = trimmed(line);
        if (text.empty() || text.starts_with('#')) continue;
        // The question ends at the first quotation mark that an equals sign follows: an answer may have both.
        std::size_t close = 0, equals = std::string::npos;
        do {
            close = text.find('"', close + 1);
            equals = close == std::string::npos ? close : text.find_first_not_of(" \t", close + 1);
        } while (close != std::string::npos && (equals == std::string::npos || text[equals] != '='));
        if (!text.starts_with('"') || close == std::string::npos) {
            throw UsageError{fmt::format("{}:{}: expected \"question\" = answer, seen: {}", path, number, visible(text))};
        }
        answers.entries.push_back({text.substr(1, close - 1), trimmed(std::string_view(text).substr(equals + 1))});
    }
    return answers;
}

std::unique_ptr<runtime::Person> terminal_person(Screen& screen, runtime::Scheduler& scheduler, const Stop& stop,
                                                 std::string operator_name) {
    return std::make_unique<Terminal>(screen, scheduler, stop, std::move(operator_name));
}
std::unique_ptr<runtime::Person> answering_person(Answers answers, std::string operator_name) {
    return std::make_unique<Prepared>(std::move(answers), std::move(operator_name));
}
std::unique_ptr<runtime::Person> rehearsing_person() { return std::make_unique<Rehearsal>(); }
std::unique_ptr<runtime::Person> nobody() { return std::make_unique<Nobody>(); }

}  // namespace cli
