// A run of the journal, as a program again: with its texts as they were, or as they are now.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/command/all.hpp"
#include "lang/check/api.hpp"
#include "runtime/journal/store.hpp"

namespace cli {

/// Is the run's site the one here? That is the `site.proc` of this directory, where it has one; else the site of what was started here,
/// and of what lies here.
bool is_of_the_site_here(const runtime::RunRecord&);

/// The run that a person means: the one she names, or the newest that fits and is `meant`. Throws UsageError where there is none to
/// `what`: "resume".
runtime::RunRecord recorded_run(const runtime::Journal&, std::optional<std::int64_t> run, std::string_view what,
                                const std::function<bool(const runtime::RunSummary&)>& fits,
                                const std::function<bool(const runtime::RunRecord&)>& meant);

/// `run 12, failover on site "acd", started 2026-03-01 22:00:00 UTC by kay on desk1, failed`
std::string described(const runtime::RunSummary&);

/// How to load its files as they are now.
Source source_of(const runtime::RunRecord&);

/// The program that a part of the run ran. Null where this version of procrun no longer takes its text.
lang::Checked recorded_program(const runtime::RunRecord&, std::vector<lang::program::Part> texts);

}  // namespace cli
