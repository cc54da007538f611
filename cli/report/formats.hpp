// The report as a page, a text, data, or a test result.
#pragma once

#include <string>

#include "cli/report/model.hpp"

namespace cli::report {

enum class Format { Html, Markdown, Json, JUnit };

/// One self-contained page: no script, nothing from elsewhere, light and dark, for a phone and for paper.
std::string html(const Report&);
std::string markdown_page(const Report&);
/// Without the commands: `procrun history RUN --json` has every event.
std::string json(const Report&);
/// A test case per step, for what watches rehearsals.
std::string junit(const Report&);

std::string written(const Report&, Format);

/// Steps and hosts against time, as an <svg> element.
std::string timeline(const Report&);
/// The same for a phone.
std::string narrow_timeline(const Report&);

/// The class of an element of that tone, in HTML and SVG.
const char* tone_class(Tone);

}  // namespace cli::report
