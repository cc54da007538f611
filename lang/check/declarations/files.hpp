// The files of one check: the procedure, its site, what they import.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/check/api.hpp"
#include "lang/check/report.hpp"
#include "lang/syntax/ast.hpp"

namespace lang::checker {

enum class Role { Procedure, Site, Import };

struct LoadedFile {
    Role role = Role::Procedure;
    ast::File tree;

    /// The statements of an imported file or a site would never run, so only a procedure may have some.
    bool may_have_statements() const { return role == Role::Procedure; }
};

struct Files {
    std::vector<LoadedFile> files;  ///< what is imported stands before what imports it; the site before the procedure
    std::optional<std::string> site_path;
    bool lacks_imports = false;   ///< what a file that cannot be read declares is not known
    bool whole = true;            ///< false where the procedure or its site cannot be read: nothing else is worth telling
    std::uint32_t procedure = 0;  ///< the procedure's number in Sources
};

/// Reads and parses all of them, each once. What cannot be read, and imports that go in a circle, are reported.
Files load_files(const CheckRequest&, Sources&, Report&);

/// "did you mean …?": the procedure in the folder of `path` whose name is near to what was `written` for it. What all names have in
/// common, the folder and `.proc`, makes none of them nearer. Nothing where none is near.
std::optional<std::string> nearest_file(const CheckRequest&, const std::string& written, const std::string& path);

/// `path` as written in the file `from`.
std::string beside(std::string_view from, std::string_view path);
/// "failover" of "procedures/failover.proc"
std::string procedure_name(std::string_view path);

}  // namespace lang::checker
