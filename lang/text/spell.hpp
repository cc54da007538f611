// "Did you mean …?"
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lang {

/// How many letters must be changed, added, left out or swapped with their neighbour to make one of the other.
std::size_t distance(std::string_view, std::string_view);

/// The candidate that was most likely meant: near enough to be a slip of the keyboard, or the same but for capitals, `-` and
/// `_`. The first one wins where two are as near.
std::optional<std::string> nearest(std::string_view written, const std::vector<std::string>& candidates);

/// "did you mean `stores`?", or nothing where no candidate is near.
std::string did_you_mean(std::string_view written, const std::vector<std::string>& candidates);

/// "did you mean 'UpToDate'?", or `otherwise` where nothing is near.
std::string suggestion(std::string_view word, const std::vector<std::string>& known, std::string otherwise = {});

/// "Primary, Secondary, Unknown": at most a dozen of them, in this order.
std::string listing(const std::vector<std::string>& words);

}  // namespace lang
