// What a run has left behind, as its end and its report tell it.
#pragma once

#include <string>
#include <vector>

#include "runtime/event/types.hpp"

namespace cli {

/// A heading and what stands under it; what nobody announced comes first.
struct LeftBehindPart {
    enum class Weight { Alarm, Doubt, Plain } weight = Weight::Plain;
    std::string title;
    std::vector<std::string> items;
};
/// What they are called.
std::vector<std::string> texts_of(const std::vector<runtime::event::Thing>&);

/// Empty where nothing is left behind, and all of that is known.
std::vector<LeftBehindPart> parts_of(const runtime::event::LeftBehind&);

/// "nothing is left behind: 22 hosts are as they were at the start", or what was compared.
std::string in_short(const runtime::event::LeftBehind&);

}  // namespace cli
