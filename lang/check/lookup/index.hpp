// The catalogue of builtins by name: modules, functions, methods, types.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/check/lookup/by_name.hpp"
#include "lang/model/signature.hpp"

namespace lang::checker {

class Index {
  public:
    explicit Index(const Catalog& catalog);

    const Signature& operator[](std::size_t builtin) const { return (*catalog_)[builtin]; }
    const Catalog& catalog() const { return *catalog_; }

    std::optional<std::size_t> find(std::string_view module, std::string_view function) const;
    bool has_module(std::string_view module) const { return modules_.contains(module); }
    /// The method `name` of values of type `receiver`.
    std::optional<std::size_t> find_method(const Type& receiver, std::string_view name) const;
    /// An enumeration or record by its written name.
    const Type* find_type(std::string_view name) const { return look_up(types_, name); }

    // What to suggest.
    std::vector<std::string> modules() const;
    std::vector<std::string> functions(std::string_view module) const;
    std::vector<std::string> methods(const Type& receiver) const;
    std::vector<std::string> types() const;
    /// "drbd.status" for every module that has a `status`.
    std::vector<std::string> functions_called(std::string_view function) const;
    /// The enumerations that have this member.
    std::vector<std::string> enumerations_with(std::string_view member) const;

  private:
    void add_types(const Type& type);

    const Catalog* catalog_;
    ByName<ByName<std::size_t>> modules_;
    ByName<std::vector<std::size_t>> methods_;
    ByName<Type> types_;
};

}  // namespace lang::checker
