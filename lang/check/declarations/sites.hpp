// The site as its files declare it. Every part is read on its own, in an order in which it can name what it needs: facts,
// secrets, hosts, groups, clusters, scenes, replies.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "lang/check/declarations/files.hpp"
#include "lang/check/environment.hpp"
#include "lang/check/resolve/expressions.hpp"
#include "lang/program/tree.hpp"
#include "lang/syntax/ast.hpp"

namespace lang::checker {

/// The declarations of all files by kind, in the order of the files.
struct Declarations {
    template <typename T>
    struct At {
        const T* written = nullptr;
        Span span;  ///< of the whole declaration
    };
    std::vector<At<ast::SiteName>> site_names;
    std::vector<At<ast::Fact>> facts;
    std::vector<At<ast::SecretDecl>> secrets;
    std::vector<At<ast::RecordDecl>> connects, hosts, clusters, notified;
    std::vector<At<ast::GroupDecl>> groups;
    std::vector<At<ast::LockDecl>> locks;
    std::vector<At<ast::SceneDecl>> scenes;
    std::vector<At<ast::ReplyDecl>> replies;
    std::vector<At<ast::Invariant>> invariants;
    std::vector<At<ast::NeedsFact>> needed_facts;
    std::vector<At<ast::NeedsGroup>> needed_groups;
    std::vector<At<ast::NeedsVerb>> needed_verbs;
    std::vector<At<ast::NeedsScene>> needed_scenes;
    std::vector<At<ast::Param>> parameters;
    std::vector<At<ast::Define>> defines;
    std::vector<At<ast::Watch>> watches;
    std::vector<const ast::Stmt*> statements;
};

/// Sorts what the files say; statements where only declarations may stand are reported.
Declarations sorted(const Files&, Report&);

/// Reports that the procedure and the site file beside it declare one site each, where they do: nothing else is worth telling then.
bool clashes_with_site(const Declarations&, const Files&, Environment&);

/// Fills `environment.site`, its facts and names.
void build_site(const Declarations&, const Files&, Environment&);

/// What `needs` asks for is there, or it is reported; what is missing gets a name, so that its uses are not reported again.
/// Returns the scene in which rehearsals start, empty where none is named.
std::string check_needs(const Declarations&, Environment&);

/// The value of a checked expression; `slots` are the parameters that are known. Nothing, and a finding, where it is not known
/// before the run; no further finding after errors, which may be the reason.
std::optional<Value> folded(const program::Expr&, std::span<const std::optional<Value>> slots, std::string_view what, Environment&);
/// A constant of a declaration: the value of `written`, or nothing and a finding.
std::optional<Value> constant_of(const ast::Expr& written, const Type& wanted, std::string_view what, Environment&);
/// The hosts that `written` names: one, several, groups. Nothing, and a finding, where that cannot be told.
std::optional<std::vector<const Host*>> constant_hosts(const ast::Expr& written, std::string_view what, Environment&);

// Parts of build_site.
void declare_facts(const Declarations&, Environment&);
void declare_secrets(const Declarations&, Environment&);
void declare_hosts(const Declarations&, Environment&);
void declare_groups(const Declarations&, Environment&);
void declare_clusters(const Declarations&, Environment&);
void declare_notified(const Declarations&, Environment&);
void declare_scenes(const Declarations&, Environment&);
void declare_replies(const Declarations&, Environment&);
void declare_lock(const Declarations&, Environment&);

}  // namespace lang::checker
