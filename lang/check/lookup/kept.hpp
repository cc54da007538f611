// Types of what other procedures keep: `kept.failover.before` has the type of `keep before = …` in failover.proc.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "lang/check/environment.hpp"
#include "lang/check/lookup/by_name.hpp"
#include "lang/syntax/ast.hpp"

namespace lang::checker {

class KeptTypes {
  public:
    /// What the other procedure keeps is found out by checking it on the same site; `request` tells which.
    KeptTypes(const CheckRequest& request, bool nested) : request_(request), nested_(nested) {}

    /// The procedure's file is looked for beside the file that names it. What is not there is reported.
    Type type_of(const ast::Name& procedure, const ast::Name& name, Environment&);

  private:
    struct Kept {
        std::string path;
        std::optional<std::map<std::string, Type>> types;  ///< nothing where there is no such file
    };
    const Kept& kept_by(const std::string& path, const Environment&);

    const CheckRequest& request_;
    bool nested_;  ///< we are finding out what is kept: what that procedure takes from others does not matter
    ByName<Kept> known_;
    std::set<std::string> told_;  ///< paths of procedures that there are not
};

}  // namespace lang::checker
