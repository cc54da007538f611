// Collects what is wrong. Bounded: a hundred findings help nobody more than the first ones.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "lang/text/diagnostic.hpp"

namespace lang::checker {

/// One finding while it is written: `report.error(…).label("not a duration").help("write 30s")`.
class Finding {
  public:
    explicit Finding(Diagnostic& diagnostic) : diagnostic_(diagnostic) {}
    Finding& label(std::string words) { return diagnostic_.label = std::move(words), *this; }
    Finding& help(std::string advice) { return diagnostic_.help = std::move(advice), *this; }
    /// A second place: "first defined here".
    Finding& see(Span span, std::string message) { return diagnostic_.related.push_back({span, std::move(message)}), *this; }

  private:
    Diagnostic& diagnostic_;
};

class Report {
  public:
    static constexpr std::size_t most = 100;

    Finding error(std::string_view code, Span span, std::string message);
    Finding warning(std::string_view code, Span span, std::string message);

    /// Where a parser or another pass adds its findings.
    Diagnostics& raw() { return findings_; }
    bool has_errors() const { return errors_ > 0 || lang::has_errors(findings_); }
    /// How many were told here: did a part have one?
    std::size_t errors() const { return errors_; }
    /// More would not be shown: spare the work of finding suggestions.
    bool full() const { return errors_ >= collected; }

    /// Everything found since the last time, tidy, at most `most` of it: errors go before warnings when there is too much.
    Diagnostics take();

  private:
    static constexpr std::size_t collected = 500;  // before tidying drops repetitions

    Finding add(Severity severity, std::string_view code, Span span, std::string message);

    Diagnostics findings_;
    std::size_t errors_ = 0;
    Diagnostic spare_;  // written and forgotten when full
};

}  // namespace lang::checker
