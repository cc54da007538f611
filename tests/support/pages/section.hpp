// Pages of which several programs write a part each: one finds its own, and leaves the others alone.
#pragma once

#include <string>
#include <string_view>

namespace support {

/// The section under "## TITLE", that line and all up to the next "## " included; empty where there is none.
std::string section_of(std::string_view page, std::string_view title);

/// The page with this section in the place of the one of its title, or at the end.
std::string with_section(std::string_view page, std::string_view title, std::string_view section);

}  // namespace support
