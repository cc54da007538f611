// Look-up by name in constant time, so that a check stays linear in the text.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace lang::checker {

struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
};

template <typename T>
using ByName = std::unordered_map<std::string, T, NameHash, std::equal_to<>>;

template <typename T>
T* look_up(ByName<T>& things, std::string_view name) {
    const auto it = things.find(name);
    return it == things.end() ? nullptr : &it->second;
}

template <typename T>
const T* look_up(const ByName<T>& things, std::string_view name) {
    const auto it = things.find(name);
    return it == things.end() ? nullptr : &it->second;
}

}  // namespace lang::checker
