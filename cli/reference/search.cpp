// One search through all that is known of the language: what a person types who does not know what the thing is.
#include "cli/reference/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include "cli/command/all.hpp"
#include "cli/reference/shipped.hpp"
#include "cli/terminal/words.hpp"
#include "lang/codes/explanations.hpp"
#include "rehearsal/scene.hpp"

namespace cli {

namespace {

struct Hit {
    std::string term, text;
};
using Hits = std::vector<Hit>;

/// What is called that, and what only mentions it.
struct Found {
    Hits named, mentioned;
};

constexpr std::size_t most_hits = 12;

bool is_letter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

/// Does a word of `text` begin with each word of `wanted`, in small letters? `drain` is found in `drained`, and `on` not in `conditions`.
bool has_word(std::string_view text, std::string_view wanted) {
    if (const auto blank = wanted.find(' '); blank != std::string_view::npos)
        return has_word(text, wanted.substr(0, blank)) && has_word(text, wanted.substr(blank + 1));
    const std::string all = lower_case(text);
    for (std::size_t at = all.find(wanted); at != std::string::npos; at = all.find(wanted, at + 1)) {
        const bool begins = at == 0 || !is_letter(all[at - 1]) || !is_letter(wanted.front());
        const std::size_t end = at + wanted.size();
        constexpr std::size_t shortest = 4;  // two or three letters begin too many words
        const bool ends = wanted.size() >= shortest || end == all.size() || !is_letter(all[end]);
        if (begins && ends) return true;
    }
    return false;
}

/// The page in pieces that can stand alone: paragraphs, each row of a table, each item of a list, each line of a program.
std::vector<std::string> pieces(std::string_view page) {
    std::vector<std::string> all;
    std::string piece;
    bool in_program = false;
    const auto end_piece = [&] {
        if (!piece.empty()) all.push_back(std::exchange(piece, {}));
    };
    while (!page.empty()) {
        const std::size_t end = std::min(page.find('\n'), page.size());
        const std::string_view line = page.substr(0, end);
        page.remove_prefix(std::min(end + 1, page.size()));
        if (line.starts_with("```")) {
            end_piece();
            in_program = !in_program;
        } else if (in_program) {
            if (line.find_first_not_of(' ') != std::string_view::npos) all.push_back("    " + std::string(line));
        } else {
            const bool begins = line.empty() || line.starts_with("|") || line.starts_with("* ") || line.starts_with("#");
            if (begins) end_piece();
            if (line.empty() || line.starts_with("#") || line.starts_with("|---")) continue;
            const std::size_t text = std::min(line.find_first_not_of(' '), line.size());
            if (!piece.empty()) piece += ' ';
            piece += line.substr(line.starts_with("* ") ? 2 : text);
        }
    }
    end_piece();
    return all;
}

/// Where the word stands in quotes for programs it is explained, first of all where it begins what is said.
Found in_language(const std::string& wanted) {
    Found found;
    for (const std::string& piece : pieces(language_page())) {
        if (!has_word(piece, wanted)) continue;
        const std::size_t at = lower_case(piece).find('`' + wanted);
        (at != std::string::npos ? found.named : found.mentioned).push_back({"", piece});
    }
    const auto begins_with_it = [&](const Hit& hit) { return lower_case(hit.text).find('`' + wanted) <= std::string_view("| ").size(); };
    std::stable_partition(found.named.begin(), found.named.end(), begins_with_it);
    return found;
}

/// What its reference says of it: its parameters, and the fields of what it answers.
std::string all_said(const lang::Signature& signature) {
    std::string all = signature.doc;
    for (const lang::Parameter& parameter : signature.parameters) all += fmt::format(" {} {}", parameter.name, parameter.doc);
    const lang::Type& result = signature.result;
    const lang::Type type = result.kind() == lang::Kind::List ? result.element() : result;
    if (type.kind() == lang::Kind::Record) {
        for (const lang::FieldType& field : type.record()->fields) all += fmt::format(" {} {}", field.name, field.doc);
    }
    return all;
}

Found in_builtins(const std::string& wanted) {
    Found found;
    for (const runtime::Module& module : registry().modules()) {
        if (has_word(module.doc, wanted)) found.named.push_back({module.name, first_sentence(module.doc) + "."});
    }
    for (const lang::Signature& signature : registry().catalog()) {
        const bool is_named = has_word(signature.full_name(), wanted);
        if (!is_named && !has_word(all_said(signature), wanted)) continue;
        (is_named ? found.named : found.mentioned).push_back({signature.full_name(), first_sentence(signature.doc) + "."});
    }
    return found;
}

Found in_troubles(const std::string& wanted) {
    Found found;
    for (const rehearsal::TroublesOf& system : rehearsal::known_troubles()) {
        for (const rehearsal::Trouble& trouble : system.troubles) {
            const bool is_named = has_word(system.system + " " + trouble.form, wanted);
            if (is_named || has_word(trouble.doc, wanted))
                (is_named ? found.named : found.mentioned).push_back({trouble.form, trouble.doc});
        }
    }
    return found;
}

/// "# failover.proc: the slave takes over" without what is the same in all of them.
std::string headline(std::string_view comment) {
    std::string_view line = comment.substr(0, comment.find('\n'));
    line.remove_prefix(std::min(line.find_first_not_of("# "), line.size()));
    const std::size_t colon = line.find(".proc: ");
    return std::string(colon == std::string_view::npos ? line : line.substr(colon + 7));
}

Found in_procedures(const std::string& wanted) {
    Found found;
    for (const auto& [path, comment] : shipped_procedures()) {
        const bool is_named = has_word(path, wanted);
        if (is_named || has_word(comment, wanted))
            (is_named ? found.named : found.mentioned).push_back({std::string(path), headline(comment)});
    }
    return found;
}

Found in_codes(const std::string& wanted) {
    Found found;
    for (const lang::Code& code : lang::all_codes()) {
        const bool is_named = lower_case(code.code) == wanted;
        if (is_named || has_word(code.title, wanted))
            (is_named ? found.named : found.mentioned).push_back({std::string(code.code), std::string(code.title)});
    }
    return found;
}

/// One kind of things that are searched, and where more of it is told.
struct Section {
    std::string_view heading;
    std::string more;
    Found found;
    bool mixes;  ///< what only mentions the word is told as well where something is called that
};

void put(stdlib::Page& page, const Section& section, const Hits& hits) {
    page.heading(2, section.heading);
    for (std::size_t i = 0; i < std::min(hits.size(), most_hits); ++i) {
        if (hits[i].term.empty()) {
            page.paragraph(hits[i].text);
        } else {
            page.item(hits[i].term, hits[i].text);
        }
    }
    if (hits.size() > most_hits)
        page.paragraph(fmt::format("… and {} more. {}", hits.size() - most_hits, section.more));
    else if (!section.more.empty())
        page.paragraph(section.more);
}

}  // namespace

std::string lower_case(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

/// What is called that comes before what only mentions it.
std::optional<std::string> search_page(std::string_view words, stdlib::Markup markup) {
    std::string wanted = lower_case(words);
    wanted.erase(0, wanted.find_first_not_of(' '));
    while (wanted.ends_with(' ')) wanted.pop_back();
    if (wanted.empty()) return std::nullopt;
    stdlib::Page page(markup);
    const std::vector<Section> sections{
        {"The language", fmt::format("{} prints the whole page.", page.code("procrun docs language")), in_language(wanted), false},
        {"Builtins", fmt::format("{} tells all of one.", page.code("procrun docs NAME")), in_builtins(wanted), true},
        {"Troubles of scenes", fmt::format("{} lists them all.", page.code("procrun docs troubles")), in_troubles(wanted), true},
        {"Shipped procedures", "", in_procedures(wanted), true},
        {"Findings of the check", fmt::format("{} tells more.", page.code("procrun explain CODE")), in_codes(wanted), true}};
    page.heading(1, fmt::format("\"{}\"", words));
    bool is_named = false, is_mentioned = false;
    for (const Section& section : sections) {
        if (section.found.named.empty()) continue;
        Hits hits = section.found.named;
        if (section.mixes) hits.insert(hits.end(), section.found.mentioned.begin(), section.found.mentioned.end());
        put(page, section, hits);
        is_named = true;
    }
    if (!is_named) page.paragraph("No builtin, word of the language, trouble, procedure or finding is called that. It is mentioned in:");
    for (const Section& section : sections) {
        if (!section.found.named.empty() || section.found.mentioned.empty()) continue;
        put(page, section, section.found.mentioned);
        is_mentioned = true;
    }
    return is_named || is_mentioned ? std::optional(page.take()) : std::nullopt;
}

}  // namespace cli
