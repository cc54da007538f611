// What the checker knows about a builtin. The hinge between the language and the modules: the checker reads signatures,
// the runtime adds the parts that act.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
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

struct Host;
struct Signature;
struct Site;
struct ClusterEntry;
struct ClusterKind;
struct ListedThing;

/// The arguments of a call as far as they are known: all of them in a run, in a check those that no machine decides.
class Given {
  public:
    /// `values` in the order of the parameters; nothing, or unknown, stands for what is not known.
    Given(const Signature& signature, std::span<const Value> values) : signature_(&signature), values_(values) {}
    /// Null where it is not known.
    const Value* operator[](std::string_view parameter) const;
    const Value* at(std::size_t parameter) const;

  private:
    const Signature* signature_;
    std::span<const Value> values_;
};

/// Why a verb cannot take an argument: what was expected and what it is, a sentence without a full stop; what to do, where there is more
/// to say.
struct Refusal {
    std::string why;      ///< "a port is a number from 1 to 65535, and this is 0"
    std::string instead;  ///< "write a blank as %20"
};

/// Reads an argument whose type is right, as the verb will. The check asks it of what is known before a run, the runtime before each call.
using Reader = std::function<std::optional<Refusal>(const Value& value, const Given& all)>;

struct Parameter {
    std::string name;
    Type type;
    std::string doc;
    std::optional<Value> default_value = std::nullopt;  ///< the default; without one the argument must be given
    /// Texts that this parameter takes, where it takes only some and the set is not an enumeration.
    std::vector<std::string> one_of = {};
    /// A text that a host's shell reads: it is written out at the call, and each value in a hole becomes one quoted word of it.
    bool script = false;
    /// A text that is written out at the call, and the pure function through which each value in a hole goes: "text.to_json".
    std::string holes_through = {};
    /// What of the site's clusters it names, as their kind and entry: "pacemaker.drbd", "pacemaker.nodes". Where a site lists such
    /// names, any other one is refused.
    std::string names = {};
    /// Which values of its type the verb cannot take. Where it takes all of them, `takes_all` says why; a truth value, a member of an
    /// enumeration, a machine and a record need no reason.
    Reader reads = {};
    std::string takes_all = {};
};

/// What a builtin reads or touches: host, system and object; "*" stands for every object, and for every system that the same builtin
/// does not name beside it.
struct Footprint {
    std::string system;          ///< "drbd"; "machine" is the host itself: to touch it is to touch everything on it
    std::string object;          ///< "r0"
    const Host* host = nullptr;  ///< null: the host that the builtin is used on
};

struct Signature {
    std::string module = {};  ///< "drbd"; a module leaves it out, the registry fills it in
    std::string name;         ///< "status"
    Effect effect = Effect::Query;
    HostKind hosts = HostKind::Linux;
    std::vector<Parameter> parameters;
    Type result;      ///< Nothing for actions
    std::string doc;  ///< a sentence, then what an operator must know
    /// Of an action that looks whether it has arrived: what is then to be seen, "it is Active".
    std::string done = {};
    std::string example;  ///< a statement or condition that checks
    Duration deadline{};  ///< for one command of a query, for the whole of an action
    /// A pure function that reads as a method of its first parameter: `text.line(2)`.
    bool method = false;
    /// A pure function whose value is another one later.
    bool reads_clock = false;
    /// The machine that it is used on is off afterwards.
    bool switches_off = false;
    /// The only argument must be a "done when" query or the outcome stays unverified.
    bool unverified = false;
    /// What its manual warns of: "throws away all that was written on this side". Two persons sign off before it is sent.
    std::string danger = {};
    /// The kind of cluster whose machines it is for; a module says it for all of its builtins. Empty: any machine.
    std::string cluster = {};
    /// The module that does the same on the other operating system; the registry fills it in. Empty: none.
    std::string counterpart = {};
    /// Why no machine like `host` can be sent what these arguments, all of them known, make of it; nothing where one can. The registry
    /// fills it in for what takes a script.
    std::function<std::optional<std::string>(std::span<const Value> arguments, const Host& host, const Site& site)> unsendable = {};
    /// What an action touches on `host`, where these arguments, all of them known, are given. The registry fills it in.
    std::function<std::vector<Footprint>(std::span<const Value> arguments, const Host& host, const Site& site)> touches = {};

    std::string full_name() const { return module + "." + name; }
};

/// What its reader says against one of the arguments, or nothing: also where it is not known.
std::optional<Refusal> refusal(const Signature&, std::size_t parameter, std::span<const Value> arguments);
/// What is wrong with the first that is refused: "`port` of `net.answers`: a port is a number from 1 to 65535, and this is 0".
std::optional<std::string> refusal(const Signature&, std::span<const Value> arguments);

/// All signatures; an index into it names a builtin in a checked program.
class Catalog {
  public:
    explicit Catalog(std::vector<Signature> signatures);
    Catalog(std::vector<Signature> signatures, std::vector<ClusterKind> kinds);

    const Signature& operator[](std::size_t builtin) const { return signatures_[builtin]; }
    std::size_t size() const { return signatures_.size(); }
    std::optional<std::size_t> find(std::string_view module, std::string_view name) const;
    /// The method `name` of values of type `receiver`.
    std::optional<std::size_t> find_method(const Type& receiver, std::string_view name) const;
    bool has_module(std::string_view module) const;
    /// The kinds of clusters that a site may have (lang/model/cluster_kind.hpp).
    const std::vector<ClusterKind>& cluster_kinds() const { return *kinds_; }
    /// What Parameter::names refers to; nothing where no kind has it.
    std::optional<ListedThing> listed_thing(std::string_view names) const;
    /// What the reader of such an entry says against a text of it; where it has none of its own, that of a parameter which names such
    /// things. Nothing where it takes the text, and where nobody reads it.
    std::optional<Refusal> refusal_of_entry(const ClusterKind& kind, const ClusterEntry& entry, const std::string& text) const;
    /// An enumeration or record type by its written name, from any signature: "drbd.Status", "DiskState".
    std::optional<Type> find_type(std::string_view name) const;
    auto begin() const { return signatures_.begin(); }
    auto end() const { return signatures_.end(); }

  private:
    std::vector<Signature> signatures_;
    std::shared_ptr<const std::vector<ClusterKind>> kinds_;
};

}  // namespace lang
