#include "tests/support/mutation/parse_invariants.hpp"

#include "lang/syntax/dump.hpp"
#include "lang/syntax/parse.hpp"

namespace support {

using namespace lang;

namespace {

bool inside(Span inner, Span outer) { return outer.begin <= inner.begin && inner.begin <= inner.end && inner.end <= outer.end; }

/// Items lie in the text, one behind the other, and statements of blocks inside of their own.
std::string check_spans(const ast::File& file, Span whole) {
    std::uint32_t last = 0;
    for (const ast::Item& item : file.items) {
        if (!inside(item.span, whole) || item.span.begin < last) return "an item's span is out of order";
        last = item.span.end;
        if (const auto* statement = std::get_if<ast::Stmt>(&item.node)) {
            if (statement->span != item.span) return "a statement's span is not its item's";
            if (const auto* step = std::get_if<ast::Step>(&statement->node)) {
                for (const ast::Stmt& inner : step->body) {
                    if (!inside(inner.span, item.span)) return "a statement's span leaves its step";
                }
            }
        }
    }
    last = 0;
    for (const ast::Comment& comment : file.comments) {
        if (!inside(comment.span, whole) || comment.span.begin < last) return "a comment's span is out of order";
        if (!comment.text.starts_with('#')) return "a comment does not begin with '#'";
        last = comment.span.end;
    }
    return {};
}

std::string check_diagnostics(const Diagnostics& diagnostics, const Sources& sources, Span whole) {
    if (diagnostics.size() > 101) return "more diagnostics than anyone can read";
    for (const Diagnostic& diagnostic : diagnostics) {
        if (!inside(diagnostic.span, whole)) return "a diagnostic's span leaves the text";
        if (diagnostic.message.empty() || diagnostic.code.size() != 5) return "a diagnostic says nothing";
        for (const Related& related : diagnostic.related) {
            if (!inside(related.span, whole)) return "a related span leaves the text";
        }
        const std::string rendered = render(diagnostic, sources);
        if (rendered.find('\033') != std::string::npos) return "a control sequence reaches the terminal";
    }
    return {};
}

}  // namespace

std::string check_parse(const std::string& text) {
    Sources sources;
    const std::uint32_t number = sources.add("fuzz.proc", text);
    const Span whole{0, static_cast<std::uint32_t>(text.size()), number};
    Diagnostics diagnostics;
    const ast::File file = parse(sources, number, diagnostics);
    dump(file);
    if (std::string wrong = check_spans(file, whole); !wrong.empty()) return wrong;
    if (std::string wrong = check_diagnostics(diagnostics, sources, whole); !wrong.empty()) return wrong;

    Diagnostics of_fragment;
    const Fragment fragment = parse_fragment(sources, number, of_fragment);
    if (fragment.incomplete && of_fragment.empty()) return "a fragment that lacks nothing waits for more";
    if (fragment.expression && !of_fragment.empty()) return "an expression has diagnostics";
    return check_diagnostics(of_fragment, sources, whole);
}

}  // namespace support
