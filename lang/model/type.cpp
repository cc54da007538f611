#include "lang/model/type.hpp"

#include <algorithm>
#include <array>

namespace lang {

std::optional<std::size_t> EnumType::find(std::string_view member) const {
    const auto it = std::find(members.begin(), members.end(), member);
    if (it == members.end()) return std::nullopt;
    return static_cast<std::size_t>(it - members.begin());
}

std::optional<std::size_t> RecordType::find(std::string_view field) const {
    const auto it = std::find_if(fields.begin(), fields.end(), [&](const FieldType& f) { return f.name == field; });
    if (it == fields.end()) return std::nullopt;
    return static_cast<std::size_t>(it - fields.begin());
}

Type Type::list_of(Type element) {
    Type list(Kind::List);
    list.element_ = std::make_shared<const Type>(std::move(element));
    return list;
}

Type Type::of(std::shared_ptr<const EnumType> members) {
    Type type(Kind::Enum);
    type.enum_ = std::move(members);
    return type;
}

Type Type::of(std::shared_ptr<const RecordType> fields) {
    Type type(Kind::Record);
    type.record_ = std::move(fields);
    return type;
}

bool Type::operator==(const Type& other) const {
    if (kind_ != other.kind_) return false;
    if (kind_ == Kind::List) return *element_ == *other.element_;
    return enum_ == other.enum_ && record_ == other.record_;
}

bool Type::accepts(const Type& other) const {
    if (kind_ == Kind::Any) return other.kind_ != Kind::Secret && other.kind_ != Kind::Nothing;
    if (kind_ == Kind::Float && other.kind_ == Kind::Int) return true;
    if (kind_ == Kind::Secret && other.kind_ == Kind::Text) return true;
    if (kind_ == Kind::List && other.kind_ == Kind::List) return element_->accepts(*other.element_);
    return *this == other;
}

std::string Type::name() const {
    static constexpr std::array names{"nothing", "bool", "int", "float", "text", "secret", "duration", "time", "address", "host"};
    switch (kind_) {
        case Kind::Enum:
            return enum_->name;
        case Kind::Record:
            return record_->name;
        case Kind::List:
            return "list of " + element_->name();
        case Kind::Any:
            return "any value";
        default:
            return names[static_cast<std::size_t>(kind_)];
    }
}

}  // namespace lang
