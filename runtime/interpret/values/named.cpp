#include "runtime/interpret/values/named.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "lang/analysis/nodes.hpp"

namespace runtime {

namespace {

namespace ir = lang::program;

/// A longer value says less than its name.
constexpr std::size_t longest = 60;

struct Replacement {
    std::size_t begin = 0, end = 0;
    std::string value;
};

class NamesInCondition {
  public:
    NamesInCondition(const ir::Expr& condition, const Frame& frame, std::string_view text)
        : condition_(condition), frame_(frame), text_(text) {
        lang::analysis::any_node(condition, [&](const ir::Expr& part) {
            if (const auto* each = std::get_if<ir::Quantified>(&part.node)) elements_.insert(each->slot);
            if (const auto* each = std::get_if<ir::Filter>(&part.node)) elements_.insert(each->slot);
            return false;
        });
    }

    std::vector<Replacement> replaced() {
        lang::analysis::any_node(condition_, [&](const ir::Expr& part) {
            if (const auto* slot = std::get_if<ir::Slot>(&part.node); slot != nullptr && !elements_.contains(slot->index)) {
                replace(part.span, slot->name, frame_.slots[static_cast<std::size_t>(slot->index)]);
            }
            if (const auto* global = std::get_if<ir::Global>(&part.node)) replace(part.span, global->name, frame_.global(global->index));
            return false;
        });
        std::sort(all_.begin(), all_.end(), [](const auto& a, const auto& b) { return a.begin < b.begin; });
        return std::move(all_);
    }

  private:
    void replace(lang::Span span, const std::string& name, const Value& value) {
        // Only what stands there as the name itself: the element's fact in `where side == 1` is written without its element.
        if (name.empty() || span.file != condition_.span.file || span.end > text_.size() || value.is_nothing() || value.is_unknown())
            return;
        if (text_.substr(span.begin, span.end - span.begin) != name) return;
        const bool is_hole = span.begin >= 2 && text_.substr(span.begin - 2, 2) == "${" && text_.substr(span.end, 1) == "}";
        std::string shown = is_hole ? value.plain() : value.show();
        if (shown.size() > longest || shown.find('\n') != std::string::npos) return;
        all_.push_back({.begin = span.begin - (is_hole ? 2 : 0), .end = span.end + (is_hole ? 1 : 0), .value = std::move(shown)});
    }

    const ir::Expr& condition_;
    const Frame& frame_;
    const std::string_view text_;
    std::set<int> elements_;  ///< slots of quantifiers and of `where`
    std::vector<Replacement> all_;
};

}  // namespace

std::string with_values(const Evaluator& evaluator, const ir::Expr& condition, const Frame& frame) {
    const lang::Span whole = evaluator.whole_span(condition.span);
    const std::string_view text = evaluator.text_of(whole.file);
    std::string out;
    std::size_t at = whole.begin;
    for (const Replacement& one : NamesInCondition(condition, frame, text).replaced()) {
        if (one.begin < at || one.end > whole.end) continue;
        out += text.substr(at, one.begin - at);
        out += one.value;
        at = one.end;
    }
    if (at < whole.end) out += text.substr(at, whole.end - at);
    return written_on_one_line(out);
}

}  // namespace runtime
