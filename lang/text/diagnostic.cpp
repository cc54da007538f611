#include "lang/text/diagnostic.hpp"

#include <algorithm>

namespace lang {

bool has_errors(const Diagnostics& diagnostics) {
    return std::any_of(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& d) { return d.severity == Severity::Error; });
}

void tidy(Diagnostics& diagnostics) {
    const auto before = [](const Diagnostic& a, const Diagnostic& b) {
        if (a.span.file != b.span.file) return a.span.file < b.span.file;
        return a.span.begin != b.span.begin ? a.span.begin < b.span.begin : a.span.end < b.span.end;
    };
    const auto repeats = [](const Diagnostic& a, const Diagnostic& b) { return a.code == b.code && a.span == b.span; };
    std::stable_sort(diagnostics.begin(), diagnostics.end(), before);
    diagnostics.erase(std::unique(diagnostics.begin(), diagnostics.end(), repeats), diagnostics.end());
}

}  // namespace lang
