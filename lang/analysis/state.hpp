// What the analysis knows at a place: values of slots, and the machine that `on` chose.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lang/program/constant.hpp"
#include "lang/program/tree.hpp"

namespace lang::analysis {

/// Why a set of hosts is empty although nobody said so: the `where` that kept none.
struct Emptied {
    Span where;
    std::string why;  ///< "`vm_host` is 1 on acd-tel1 (compared with 3)"; empty where no fact explains it
};

/// Some machines; not `exact`: the run takes one of them, or some.
struct Hosts {
    std::vector<const Host*> all;
    bool exact = true;
};

/// The slots of a frame.
struct Scope {
    explicit Scope(int slots) : values(count(slots)), hosts(count(slots)), emptied(count(slots)) {}

    void bind(int slot, std::optional<Value> value) {
        const std::size_t at = count(slot);
        values[at] = std::move(value);
        hosts[at].reset();
        emptied[at].reset();
    }

    std::vector<std::optional<Value>> values;
    std::vector<std::optional<Hosts>> hosts;      ///< where the value is not known: what it is taken from
    std::vector<std::optional<Emptied>> emptied;  ///< where the value is an empty list

  private:
    static std::size_t count(int slots) { return static_cast<std::size_t>(slots); }
};

/// The machine that queries and actions go to.
struct Place {
    enum class Kind {
        Somewhere,  ///< nobody knows which; or none, where the checker has seen that none is needed
        Here,       ///< the machine that procrun runs on
        Machine,
    } kind = Kind::Somewhere;
    const Host* host = nullptr;  ///< of Machine
    bool sure = true;            ///< not one of several that a run may choose
    Span chosen{};               ///< the hosts of the `on`
};

struct State {
    const program::Program& program;
    Scope* globals;
    Scope* scope;
    Place place{};
    std::size_t* steps = nullptr;  ///< how many parts of expressions may still be looked at

    Frame frame() const {
        return {.slots = scope->values, .globals = globals->values, .host = place.host, .defines = program.defines, .steps = steps};
    }
    std::optional<Value> known(const program::Expr& expression) const { return constant(expression, frame()); }
};

/// The value of `expression` in `from` goes to a slot of `to`, with all that is known of it.
void bind(Scope& to, int slot, const program::Expr& expression, const State& from);

/// The frame of a define that is entered with these arguments.
Scope entered(const program::Define& define, const std::vector<program::Expr>& arguments, const State& from);

}  // namespace lang::analysis
