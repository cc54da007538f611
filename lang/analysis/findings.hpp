// What the analysis found, each place once however often the analysis came by.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "lang/model/signature.hpp"
#include "lang/model/site.hpp"
#include "lang/text/diagnostic.hpp"

namespace lang::analysis {

/// How the analysis came to a place: a define that was called, a loop in one of its turns.
struct Turn {
    enum class Kind { Call, Loop } kind = Kind::Call;
    Span span;
    std::string says;
};
using Trail = std::vector<Turn>;

/// The calls among them, outermost first.
std::vector<Span> calls(const Trail& trail);

/// Does a finding follow from the values that loop variables have? Then the turn is told.
enum class About { Place, Values };

/// One finding while it is written: `findings.error(…).label("1 and 2").help("…")`.
class Writing {
  public:
    explicit Writing(Diagnostic& diagnostic) : diagnostic_(diagnostic) {}
    Writing& label(std::string words) { return diagnostic_.label = std::move(words), *this; }
    Writing& help(std::string advice) { return diagnostic_.help = std::move(advice), *this; }
    Writing& see(Span span, std::string message) {
        diagnostic_.related.insert(diagnostic_.related.begin(), {span, std::move(message)});
        return *this;
    }

  private:
    Diagnostic& diagnostic_;
};

class Findings {
  public:
    Findings(const Catalog& catalog, const Site* site) : catalog_(catalog), site_(site) {}

    Writing error(const char* code, Span span, std::string message, const Trail& trail, About about = About::Place);
    Writing warning(const char* code, Span span, std::string message, const Trail& trail, About about = About::Place);

    /// How many errors were told so far, repeated ones included: did the parts of an expression have one?
    std::size_t errors() const { return errors_; }

    /// What a builtin may ask of the machine that it is used on.
    enum class Wants { System, Cluster };
    /// A builtin at `span` is used on this host, chosen at `chosen`; `sure` unless a run may choose another one.
    void used_on(std::size_t builtin, Span span, const Host& host, Wants what, bool fits, bool sure, Span chosen, const Trail& trail);

    /// Everything, once.
    void append_to(Diagnostics&);

  private:
    /// A builtin at one place, and every host that it met there.
    struct Use {
        std::size_t builtin = 0;
        std::vector<const Host*> wrong;
        bool some_fit = false;
        bool sure = false;  ///< one of the wrong ones is used for sure
        Span chosen;
        Trail trail;
    };
    using Place = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;

    static Place place(Span span) { return {span.file, span.begin, span.end}; }
    Writing add(Severity severity, const char* code, Span span, std::string message, const Trail& trail, About about);
    void wrong_system(Span span, const Use& use);
    void outside_of_clusters(Span span, const Use& use);
    /// An error where it is sure to be used on a wrong one, else a warning.
    Writing misused(const char* error, const char* warning, Span span, const std::string& message, const Use& use);

    const Catalog& catalog_;
    const Site* site_;
    Diagnostics findings_;
    std::size_t errors_ = 0;
    std::set<std::pair<std::string, Place>> known_;
    std::map<std::pair<Place, Wants>, std::pair<Span, Use>> uses_;
    Diagnostic repeated_;  // written again and forgotten
};

/// "acd-jb1 (group jb)"
std::string with_group(const Host& host, const Site* site);
/// "a, b and c"; long lists end in "and 17 more".
std::string listed(const std::vector<std::string>& words);
std::string listed(const std::vector<const Host*>& hosts);

}  // namespace lang::analysis
