// "did you mean": the help of a finding about a word that is not known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lang::checker {

/// "did you mean 'UpToDate'?", or `otherwise` where nothing is near.
std::string suggestion(std::string_view word, const std::vector<std::string>& known, std::string otherwise = {});

/// "Primary, Secondary, Unknown": at most a dozen of them, in this order.
std::string listing(const std::vector<std::string>& words);

}  // namespace lang::checker
