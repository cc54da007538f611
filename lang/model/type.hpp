// The types of values. Enumerations and records are declared once, by the module whose system they describe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lang {

enum class Kind : std::uint8_t {
    Nothing,  ///< the result of an action
    Bool,
    Int,  ///< 64 bits, signed; overflow is an error, never a wrap
    Float,
    Text,
    Secret,    ///< a text that is never shown
    Duration,  ///< milliseconds
    Time,      ///< a point in time, milliseconds since 1970 UTC
    Address,   ///< an IPv4 or IPv6 address, or a host name (RFC 1123)
    Host,
    Enum,
    Record,
    List,
    Any,  ///< only in a signature: takes every type (`text.of`), or the type of its list's elements
};

class Type;

/// The names exist here only; a value keeps the member's index.
struct EnumType {
    std::string name;                  ///< "DiskState"
    std::vector<std::string> members;  ///< "UpToDate", …
    std::optional<std::size_t> find(std::string_view member) const;
};

struct FieldType;

struct RecordType {
    std::string name;  ///< "drbd.Status"
    std::vector<FieldType> fields;
    std::optional<std::size_t> find(std::string_view field) const;
};

class Type {
  public:
    Type(Kind kind = Kind::Nothing) : kind_(kind) {}
    static Type list_of(Type element);
    static Type of(std::shared_ptr<const EnumType>);
    static Type of(std::shared_ptr<const RecordType>);

    Kind kind() const { return kind_; }
    const Type& element() const { return *element_; }   ///< of a list
    const EnumType& members() const { return *enum_; }  ///< of an enumeration
    const std::shared_ptr<const EnumType>& enumeration() const { return enum_; }
    const std::shared_ptr<const RecordType>& record() const { return record_; }

    bool operator==(const Type&) const;
    /// May a value of `other` stand where this type is asked for? `Any` takes all but secrets; an int fits a float;
    /// a list of Any takes every list.
    bool accepts(const Type& other) const;

    /// As a program writes it: "list of host", "drbd.Status".
    std::string name() const;

  private:
    Kind kind_;
    std::shared_ptr<const Type> element_;
    std::shared_ptr<const EnumType> enum_;
    std::shared_ptr<const RecordType> record_;
};

struct FieldType {
    std::string name;
    Type type;
    std::string doc;
};

}  // namespace lang
