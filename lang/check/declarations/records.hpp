// Reading the entries of `connect`, `host` and `cluster`: every entry once, every value of the kind that its key takes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/check/environment.hpp"
#include "lang/syntax/ast.hpp"

namespace lang::checker {

/// How hosts are reached, as a `connect` or a host's own entries say.
struct Reach {
    std::optional<Via> via;
    std::optional<Become> become;
    std::optional<std::string> user, jump, key, password, sudo_password;
    std::optional<int> port;

    /// What is not said here is as `other` says.
    void complete_from(const Reach& other);
};

class Record {
  public:
    Record(const ast::RecordDecl& written, Environment& environment);

    const ast::RecordDecl& written() const { return written_; }
    /// The entries, without repetitions: those are reported.
    const std::vector<const ast::Entry*>& entries() const { return entries_; }
    const ast::Entry* find(std::string_view key) const;

    // The value of an entry; nothing where it is of another kind, which is reported.
    std::optional<std::string> text(const ast::Entry&);
    std::optional<std::string> address(const ast::Entry&);
    std::optional<std::int64_t> integer(const ast::Entry&, std::int64_t least, std::int64_t most);
    std::optional<std::string> word(const ast::Entry&, const std::vector<std::string>& choices);
    /// Several of them, with commas.
    std::vector<std::string> words(const ast::Entry&, const std::vector<std::string>& choices);
    std::optional<std::string> secret(const ast::Entry&);

    /// Takes the entry if its key says how hosts are reached.
    bool reach(const ast::Entry&, Reach&);
    void unknown_key(const ast::Entry&, std::vector<std::string> known, std::string otherwise = {});

    static const std::vector<std::string>& keys_of_reach();

  private:
    std::optional<std::string> word(const ast::Name& key, const ast::Expr& value, const std::vector<std::string>& choices);

    Environment& environment_;
    const ast::RecordDecl& written_;
    std::vector<const ast::Entry*> entries_;
};

}  // namespace lang::checker
