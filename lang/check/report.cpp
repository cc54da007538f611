#include "lang/check/report.hpp"

#include <algorithm>
#include <utility>

namespace lang::checker {

Finding Report::error(std::string_view code, Span span, std::string message) {
    ++errors_;
    return add(Severity::Error, code, span, std::move(message));
}

Finding Report::warning(std::string_view code, Span span, std::string message) {
    return add(Severity::Warning, code, span, std::move(message));
}

Finding Report::add(Severity severity, std::string_view code, Span span, std::string message) {
    Diagnostic diagnostic;
    diagnostic.severity = severity;
    diagnostic.code = code;
    diagnostic.span = span;
    diagnostic.message = std::move(message);
    if (findings_.size() >= collected) return Finding(spare_ = std::move(diagnostic));
    return Finding(findings_.emplace_back(std::move(diagnostic)));
}

Diagnostics Report::take() {
    tidy(findings_);
    if (findings_.size() > most) {
        std::stable_partition(findings_.begin(), findings_.end(), [](const Diagnostic& d) { return d.severity == Severity::Error; });
        findings_.resize(most);
        tidy(findings_);
    }
    errors_ = 0;
    return std::exchange(findings_, {});
}

}  // namespace lang::checker
