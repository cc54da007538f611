// `define` and `needs action`/`needs query`: verbs that a procedure or a site teaches. They may be used before they are written.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lang/check/environment.hpp"
#include "lang/program/tree.hpp"
#include "lang/syntax/ast.hpp"

namespace lang::checker {

struct DefineInfo {
    std::string name;
    Span span;  ///< of the name
    bool action = false;
    std::vector<Parameter> parameters;
    std::vector<Span> parameter_spans;
    std::variant<const ast::Define*, const ast::NeedsVerb*> written;

    // Known once its body was read.
    enum class State { Unread, Reading, Read } state = State::Unread;
    Type result;                     ///< of a query; known at once where it is written
    std::optional<Span> asks;        ///< a query in it: then it is one itself
    std::optional<Span> needs_host;  ///< where it relies on the host of whoever calls it
    bool asks_people = false;
    bool is_needed = false;  ///< by a `needs`, which says what its parameters are
    struct CallTo {
        std::size_t define = 0;
        Span span;
    };
    std::vector<CallTo> calls;

    bool is_need() const { return std::holds_alternative<const ast::NeedsVerb*>(written); }
    /// "power_on(machine: host)"
    std::string usage() const;
};

class Defines {
  public:
    explicit Defines(Environment& environment) : environment_(environment) {}

    /// Declares the name and resolves the types of parameters and result; the body is read later.
    void add(const ast::Define&);
    /// A need: met by a define of that name, else an action is a person's work and a query is missing.
    void add(const ast::NeedsVerb&);

    /// With its body read, as far as that is possible: a define that is being read right now calls itself.
    DefineInfo& known(std::size_t index, Span call);
    const DefineInfo& operator[](std::size_t index) const { return infos_[index]; }

    /// Reads what nobody called, from that one on, then reports defines that call themselves.
    void finish(std::size_t first = 0);
    std::vector<program::Define> take() { return std::move(lowered_); }

    // For a session, which checks one text after the other and needs all defines in each of its programs.
    std::size_t size() const { return infos_.size(); }
    /// Takes back what was added since there were `size` of them.
    void forget_since(std::size_t size);
    /// All bodies are read anew.
    void begin_again();

  private:
    static constexpr int most_calls = 64;  ///< within one another

    std::size_t add(DefineInfo info);
    static program::Define unread(const DefineInfo&);
    template <typename Written>
    DefineInfo described(const Written& written);
    void read(DefineInfo& info, program::Define& lowered);
    void check_need(const DefineInfo& need, const DefineInfo& met);
    void report_recursion();

    Environment& environment_;
    std::deque<DefineInfo> infos_;  // addresses stay valid
    std::vector<program::Define> lowered_;
    int depth_ = 0;
};

}  // namespace lang::checker
