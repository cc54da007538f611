// A builtin is one value: what the checker knows (its signature) and its parts. Check, help, plan, resume, rehearsal and the
// account of what a run left behind all follow from the parts.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lang/model/cluster_kind.hpp"
#include "lang/model/signature.hpp"
#include "lang/model/site.hpp"
#include "runtime/command.hpp"
#include "runtime/discovery.hpp"

namespace runtime {

using lang::Value;

/// Arguments by name; the checker has proved names and types. None of them is unknown.
class Arguments {
  public:
    Arguments(const lang::Signature& signature, std::vector<Value> values) : signature_(&signature), values_(std::move(values)) {}
    const Value& operator[](std::string_view name) const;
    const std::string& text(std::string_view name) const { return (*this)[name].text(); }
    std::int64_t integer(std::string_view name) const { return (*this)[name].integer(); }
    bool boolean(std::string_view name) const { return (*this)[name].boolean(); }
    const lang::Host& host(std::string_view name) const { return (*this)[name].host(); }
    const std::vector<Value>& values() const { return values_; }

  private:
    const lang::Signature* signature_;
    std::vector<Value> values_;
};

/// What was found out about a host once: versions, dialects. By the detection's name.
using Detected = std::map<std::string, Value, std::less<>>;

/// All that the parts of a builtin may look at. They are pure: same context and replies, same answer.
struct Context {
    const Arguments& arguments;
    const lang::Host* host = nullptr;  ///< null for pure functions
    const lang::Site* site = nullptr;
    const Detected& detected;
    lang::Time now{};
    /// The bytes of a secret of the site (a cluster's `password mysql_password` holds the secret's name), or unknown.
    std::function<Value(std::string_view name)> secret = {};
};

/// Commands to send to the host, and a pure reader of their replies. A reply that did not exit (lost link, deadline, refused)
/// never reaches `value` unless `reads_silence`: the runtime answers unknown, with the reason.
struct Read {
    std::function<std::vector<Command>(const Context&)> commands;
    std::function<Value(std::span<const Reply>, const Context&)> value;
    bool reads_silence = false;
};

/// Found out once per host and connection, before the first builtin that needs it.
struct Detection {
    std::string name;  ///< "drbd.version"
    Read read;
};

using lang::Footprint;
using Footprints = std::function<std::vector<Footprint>(const Context&)>;

struct Query {
    Read read;
    Footprints reads;
    /// A query that is true where nothing is wrong: its reader gives a list with a text for everything that is wrong, and an unknown
    /// for what could not be told. A condition that fails because of it tells every item.
    bool lists_failings = false;
};

/// The truth of such a list: false where something is wrong, unknown where only that much could be told, true where it is empty.
Value none_fails(const Value& failings);

/// What an action thinks of what its probe saw.
struct Verdict {
    enum class State {
        Reached,  ///< it is so already
        Needed,   ///< it is not so, and it may be changed
        Moving,   ///< it is on its way there: wait, send nothing
        Refused,  ///< it must not be changed from here; `why` says what would happen and what to do
        Unclear,  ///< it could not be told
        Failed,   ///< only after the command: it will not get there by waiting
    };
    State state = State::Unclear;
    std::string why;  ///< "standby (with active resources)"; shown while it waits and when it expires
    /// False of Reached where what was seen has another cause, too: a machine that is out of reach is as silent as one that is off.
    bool verified = true;
};

struct Action {
    /// What is there now. Absent only in actions that reach no state (`shell.action`).
    std::optional<Read> probe;
    /// Is it so already, may it be changed?
    std::function<Verdict(const Value& seen, const Context&)> judge;
    /// Sent at most once.
    std::function<Command(const Value& seen, const Context&)> command;
    /// Did the tool itself complain? Its words, or nothing. Default: an exit status other than 0.
    std::function<std::optional<std::string>(const Reply&, const Context&)> complaint;
    /// Has it arrived? Read by the probe again, every `poll`, until the deadline. Default: `judge`.
    std::function<Verdict(const Value& before, const Value& now, const Context&)> arrived;
    /// Where the system does not show whether it has arrived (Unclear): does the tool's answer say that it was done? It then counts as
    /// done, not verified. Only for what may be sent twice: a resume that cannot tell sends it again. Default: no answer does.
    std::function<bool(const Reply&, const Context&)> says_done = {};
    lang::Duration poll = std::chrono::seconds(1);
    /// What the system itself says would come of it: a list of texts, each complete in itself. Read by plans only, where the action is
    /// needed; unknown where the system's tools for it are not there.
    std::optional<Read> preview = {};
    /// The command ends the link (a shutdown): LinkLost is then an ordinary ending.
    bool ends_link = false;
    Footprints touches;
};

/// A pure function. May answer unknown; throws nothing.
using Pure = std::function<Value(const Context&)>;

/// How it is known that a builtin does what it says, and with which versions of its system.
struct Evidence {
    enum class How {
        Real,      ///< tests run it against the real thing
        Recorded,  ///< tests play back what the real thing said
        Manual,    ///< tests play back what its manual says that it says
    };
    How how = How::Manual;
    std::string versions;  ///< "DRBD 8.4.11 with drbd-utils 9.22"
    auto operator<=>(const Evidence&) const = default;
};

/// What a person types, where the command that is sent is made for a program to read: words, which the shell of the host wants quoted.
struct Typed {
    std::vector<std::string> command;
    std::vector<std::string> check = {};  ///< of an action: shows whether it is done
};

/// A right that somebody else than sudo grants: the server of a database, the operating system.
struct Right {
    std::string granted_by;  ///< where it is typed or written: "MariaDB or MySQL, by an administrator"
    std::string statement;   ///< in the language that is read there: "GRANT PROCESS ON *.* TO `procrun`@`localhost`;"
};

/// What a builtin needs besides the programs that its commands name. Secrets and detections are not there.
using Rights = std::function<std::vector<Right>(const Context&)>;

/// Of builtins that need nothing but to run these programs, as the account or by sudo.
std::vector<Right> programs_only(const Context&);

struct Builtin {
    lang::Signature signature;
    std::variant<Pure, Query, Action> parts;
    std::vector<std::string> needs = {};                ///< names of detections
    std::vector<Evidence> evidence = {};                ///< where it is not that of its module
    std::function<Typed(const Arguments&)> typed = {};  ///< absent: what is sent is what a person would type
    Rights rights = {};                                 ///< where they are not those of its module
};

/// What may be left behind by a run: read at its start and at its end on every host that it applies to, the difference is told.
struct Residue {
    std::string name;  ///< "standby nodes"
    /// Its value is a list, one for each thing that is there, as `thing` makes them. Its item is the same whenever and on whichever node
    /// of a cluster it is read, and another one for whatever else there may be: two readings differ by whole items.
    Query query;
    std::vector<std::string> needs = {};  ///< names of detections
    /// Is it worth asking this host? The site alone decides. Absent: every host of the operating system that the module is for.
    std::function<bool(const lang::Host&, const lang::Site&)> applies = {};
    /// The kind of cluster whose machines all tell the same: what one of them tells is the cluster's. Empty: each tells of itself.
    std::string told_by_all_of = {};
};

/// A second tool of the system that tells the same as a query: asked beside it where it is to be seen whether the query reads this system
/// right (`procrun doctor`), and nowhere else.
struct CrossCheck {
    std::string query;  ///< of this module: "location"
    std::string tool;   ///< "crm_resource"
    Read read;          ///< with the arguments and detections of the query
    /// What of the two cannot both be so; nothing where they agree. Neither is unknown.
    std::function<std::optional<std::string>(const Value& query, const Value& second)> disagreement;
};

/// "acd-store1 is in standby", which is "standby acd-store1", about acd-store1: what a run may leave behind.
lang::Value thing(std::string text, std::string item, std::vector<std::string> about = {});

struct Module {
    std::string name;
    std::string doc;
    std::vector<Builtin> builtins;
    std::vector<Detection> detections = {};
    std::vector<Residue> residues = {};
    std::vector<CrossCheck> cross_checks = {};
    std::vector<std::string> sources = {};  ///< manuals that facts in the module come from
    std::vector<Evidence> evidence = {};    ///< of every builtin that has none of its own
    std::string cluster = {};               ///< the kind of cluster whose machines its builtins are for (lang::Signature::cluster)
    std::vector<lang::ClusterKind> cluster_kinds = {};  ///< that this module declares
    std::string counterpart = {};                       ///< the module for the other operating system (lang::Signature::counterpart)
    std::optional<Discovery> discovery = {};            ///< what `procrun new site` finds of its system
    std::vector<std::string> aliases = {};              ///< what people call its system who do not know the module's name
    Rights rights = {};                                 ///< of every builtin that has none of its own, its detections and residues
    /// Where Debian and the Red Hat family install the programs that its commands name, and not in /usr/bin: sudoers wants whole paths.
    std::map<std::string, std::string> paths = {};
};

/// All modules; the indices of its catalog are those that a Program uses.
class Registry {
  public:
    explicit Registry(std::vector<Module> modules);
    const lang::Catalog& catalog() const { return catalog_; }
    const Builtin& operator[](std::size_t index) const { return *builtins_[index]; }
    const Detection& detection(std::string_view name) const;
    const std::vector<Module>& modules() const { return modules_; }
    /// Of all modules (Module::paths).
    std::map<std::string, std::string> paths() const;

  private:
    std::vector<Module> modules_;
    std::vector<const Builtin*> builtins_;
    lang::Catalog catalog_;
};

}  // namespace runtime
