// The names that a program gives to things of its site and to defines. Values share one namespace: a name means one thing.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lang/check/lookup/by_name.hpp"
#include "lang/check/report.hpp"
#include "lang/model/site.hpp"

namespace lang::checker {

struct HostName {
    const Host* host = nullptr;
};
struct GroupName {
    std::size_t index = 0;  ///< into Site::groups
};
struct SecretName {
    std::size_t index = 0;  ///< into Site::secrets
};
struct DefineName {
    std::size_t index = 0;
};
/// Needed and not there, or declared and wrong: reported once, whatever uses it is not reported again.
struct MissingName {};

struct Meaning {
    std::variant<HostName, GroupName, SecretName, DefineName, MissingName> what;
    Span span;  ///< where it is declared

    /// "host", "group", …
    std::string_view kind() const;
};

class Names {
  public:
    const Meaning* find(std::string_view name) const { return look_up(meanings_, name); }
    /// Reports a name that is taken, and keeps its first meaning.
    bool declare(std::string_view name, Meaning meaning, Report& report);

    void forget(std::string_view name);

    std::vector<std::string> all() const;
    template <typename Kind>
    std::vector<std::string> of() const {
        std::vector<std::string> names;
        for (const auto& [name, meaning] : meanings_) {
            if (std::holds_alternative<Kind>(meaning.what)) names.push_back(name);
        }
        return names;
    }

  private:
    ByName<Meaning> meanings_;
};

/// `host`, `here`, `kept`, `nobody`: the language's own.
bool is_reserved(std::string_view name);
/// Reports a name that nothing may have; true where it is free to be used.
bool may_be_declared(std::string_view name, Span span, Report& report);

}  // namespace lang::checker
