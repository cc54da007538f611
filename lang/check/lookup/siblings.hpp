// A name that a procedure does not know may be one that a file beside it declares: the `import` was forgotten.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lang/check/api.hpp"
#include "lang/check/lookup/by_name.hpp"
#include "lang/text/source.hpp"

namespace lang::checker {

class Siblings {
  public:
    /// Files are looked for in the folder of the procedure; those in `sources` are not looked at, for they take part.
    Siblings(const CheckRequest& request, const Sources& sources) : request_(request), sources_(sources) {}

    /// "`stop_software` stands in software.proc beside this file: import \"software.proc\"", or nothing. Reads them when first asked.
    std::optional<std::string> import_of(std::string_view name);

  private:
    struct Place {
        std::string file;
        bool has_statements = false;  ///< such a file cannot be imported
    };
    void read();

    const CheckRequest& request_;
    const Sources& sources_;
    bool is_read_ = false;
    ByName<Place> declared_;
};

}  // namespace lang::checker
