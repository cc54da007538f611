#include "cli/answers/file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <sstream>
#include <string_view>

#include "cli/operator/persons.hpp"
#include "cli/run/load.hpp"
#include "lang/syntax/read_value.hpp"

namespace cli {

namespace {

using runtime::Reaction;
using Kind = Reaction::Kind;

class Prepared final : public runtime::Person {
  public:
    Prepared(Answers answers, std::string operator_name)
        : answers_(std::move(answers)), operator_(std::move(operator_name)), by_(operator_ + " by " + answers_.path) {}

    Reaction confirm(const std::string& text, runtime::Time) override {
        const std::string* answer = answers_.find({.kind = runtime::Question::Kind::Written, .about = {}, .text = text});
        if (answer == nullptr) return missing();
        if (*answer != "yes" && *answer != "no") return unfit(*answer, "yes or no");
        return {.kind = *answer == "yes" ? Kind::Yes : Kind::No, .text = *answer, .by = by_};
    }
    Reaction ask(const runtime::Question& question, const lang::Type& type, runtime::Time) override {
        const std::string* answer = answers_.find(question);
        if (answer == nullptr) return missing();
        // An empty text says nothing: whoever wants a reason would ask again, and get the same.
        if (answer->empty() || !lang::read_value(*answer, type, nullptr)) return unfit(*answer, expected_of(type));
        return {.kind = Kind::Yes, .text = *answer, .by = by_};
    }
    Reaction choose(const runtime::Question& question, const std::vector<runtime::Option>& options, runtime::Time) override {
        const std::string* answer = answers_.find(question);
        const auto is_answer = [&](const runtime::Option& option) { return option.word == *answer; };
        if (answer == nullptr || std::none_of(options.begin(), options.end(), is_answer)) return missing();
        return {.kind = Kind::Yes, .text = *answer, .by = by_};
    }
    Reaction sign(const runtime::Question& question, const std::string& stake, const std::string& first, runtime::Time) override {
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

std::string trimmed(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return std::string(text);
}

/// Where the question of a line ends: for a text behind the first quotation mark that an equals sign follows, as an answer may have both;
/// for an id before the first equals sign outside of texts. Nothing where there is none.
struct Ends {
    std::size_t question, equals;
};
std::optional<Ends> ends_of_text(std::string_view line) {
    for (std::size_t close = line.find('"', 1); close != std::string_view::npos; close = line.find('"', close + 1)) {
        const std::size_t next = line.find_first_not_of(" \t", close + 1);
        if (next != std::string_view::npos && line[next] == '=') return Ends{close, next};
    }
    return std::nullopt;
}
std::optional<Ends> ends_of_id(std::string_view line) {
    bool in_text = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\\' && in_text) {
            ++i;
        } else if (line[i] == '"') {
            in_text = !in_text;
        } else if (line[i] == '=' && !in_text) {
            return Ends{i, i};
        }
    }
    return std::nullopt;
}

std::optional<Answers::Entry> entry_of(const std::string& line, int number) {
    const bool is_id = !line.starts_with('"');
    const std::optional<Ends> ends = is_id ? ends_of_id(line) : ends_of_text(line);
    if (!ends) return std::nullopt;
    const std::string question = is_id ? trimmed(line.substr(0, ends->question)) : line.substr(1, ends->question - 1);
    if (is_id && !runtime::question_kind(question.substr(0, question.find_first_of(" *")))) return std::nullopt;
    return Answers::Entry{.question = question, .answer = trimmed(line.substr(ends->equals + 1)), .is_id = is_id, .line = number};
}

}  // namespace

const std::string* Answers::find(const runtime::Question& question) const {
    const std::string id = question.id();
    for (const Entry& entry : entries) {
        const std::string& asked = entry.is_id ? id : question.text;
        std::string_view pattern = entry.question;
        const bool prefix = pattern.ends_with('*');
        if (prefix) pattern.remove_suffix(1);
        if (prefix ? asked.starts_with(pattern) : asked == pattern) return &entry.answer;
    }
    return nullptr;
}

Answers read_answers(const std::string& path) {
    const runtime::FileText read = read_text(path);
    if (!read.text) throw UsageError{fmt::format("the answers in {}: {}", path, read.why)};
    constexpr std::size_t most = std::size_t{4} << 20;
    if (read.text->size() > most) throw UsageError{fmt::format("the answers in {}: more than {} MiB are no answers", path, most >> 20)};
    return answers_from(*read.text, path);
}

Answers answers_from(const std::string& text, const std::string& path) {
    std::istringstream lines(text);
    Answers answers{.entries = {}, .path = path};
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        const std::string written = trimmed(line);
        if (written.empty() || written.starts_with('#')) continue;
        auto entry = entry_of(written, number);
        if (!entry) {
            throw UsageError{fmt::format("{}:{}: expected \"question\" = answer, or an id = answer, where an id begins with {}; seen: {}",
                                         path, number, fmt::join(std::span(runtime::question_words).subspan(1), ", "), visible(written))};
        }
        answers.entries.push_back(std::move(*entry));
    }
    return answers;
}

std::unique_ptr<runtime::Person> answering_person(Answers answers, std::string operator_name) {
    return std::make_unique<Prepared>(std::move(answers), std::move(operator_name));
}

}  // namespace cli
