// What the checker knows about a builtin. The hinge between the language and the modules: the checker reads signatures,
// the runtime adds the parts that act.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/model/type.hpp"
#include "lang/model/value.hpp"

namespace lang {

enum class Effect {
    Pure,    ///< computes from its arguments; needs no host
    Query,   ///< reads the world; fit for conditions, safe to repeat
    Action,  ///< may change the world; a statement of its own
    Human,   ///< a person does it or answers for it
};

/// On which hosts a builtin can be used.
enum class HostKind { None, Any, Linux, Windows };

struct Parameter {
    std::string name;
    Type type;
    std::string doc;
    std::optional<Value> standard = std::nullopt;  ///< the default; without one the argument must be given
    /// Texts that this parameter takes, where it takes only some and the set is no enumeration.
    std::vector<std::string> one_of = {};
    /// A text that a host's shell reads: it is written out at the call, and each value in a hole becomes one quoted word of it.
    bool script = false;
    /// What of the site's clusters it names, as their kind and entry: "pacemaker.drbd", "pacemaker.nodes". Where a site lists such
    /// names, any other one is refused.
    std::string names = {};
};

struct Signature {
    std::string module = {};  ///< "drbd"; a module leaves it out, the registry fills it in
    std::string name;         ///< "status"
    Effect effect = Effect::Query;
    HostKind hosts = HostKind::Linux;
    std::vector<Parameter> parameters;
    Type result;          ///< Nothing for actions
    std::string doc;      ///< a sentence, then what an operator must know
    std::string example;  ///< a statement or condition that checks
    Duration deadline{};  ///< for one command of a query, for the whole of an action
    /// A pure function that reads as a method of its first parameter: `text.line(2)`.
    bool method = false;
    /// The machine that it is used on is off afterwards.
    bool switches_off = false;
    /// The only argument must be a "done when" query or the outcome stays unverified.
    bool unverified = false;
    /// What its manual warns of: "throws away all that was written on this side". Two persons sign off before it is sent.
    std::string danger = {};

    std::string full_name() const { return module + "." + name; }
};

/// All signatures; an index into it names a builtin in a checked program.
class Catalog {
  public:
    explicit Catalog(std::vector<Signature> signatures);

    const Signature& operator[](std::size_t builtin) const { return signatures_[builtin]; }
    std::size_t size() const { return signatures_.size(); }
    std::optional<std::size_t> find(std::string_view module, std::string_view name) const;
    /// The method `name` of values of type `receiver`.
    std::optional<std::size_t> find_method(const Type& receiver, std::string_view name) const;
    bool has_module(std::string_view module) const;
    /// An enumeration or record type by its written name, from any signature: "drbd.Status", "DiskState".
    std::optional<Type> find_type(std::string_view name) const;
    auto begin() const { return signatures_.begin(); }
    auto end() const { return signatures_.end(); }

  private:
    std::vector<Signature> signatures_;
};

}  // namespace lang
