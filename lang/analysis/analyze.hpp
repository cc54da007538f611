// An analysis of a checked program before it runs, with all that is known then: parameters, facts, groups, literals. Loops over
// known lists take their turns, defines are entered with their arguments, `on` visits each of its hosts, a condition that is
// known chooses its branch and any other takes both. What asks the world is not known; a slot that holds such a value may still
// be known to be *one of* some hosts.
//
// Findings (codes E05xx, E0417, and warnings) are about sets of hosts, machines and their operating systems, names that the
// site's clusters list, branches side by side, waits, and conditions that the world cannot change.
//
// When is a set of hosts empty by accident?
//   `on chat`, chat = nobody               no accident: the site says so. Nothing runs, nothing is reported.
//   `on jb, chat where vm_host == 1`       the joined list counts: one match among all of it is enough.
//   `on tel where vm_host == 3`            a `where` that keeps none of the hosts it was given is an error in `on`, `find` and
//                                          `one of`, and a warning in `for` and in quantifiers. Where "none" is right, a
//                                          condition says so: `if any t in tel: t.vm_host == 3 { on … }`.
#pragma once

#include "lang/program/tree.hpp"
#include "lang/text/diagnostic.hpp"

namespace lang {

/// Takes bounded time: after some 200,000 visited nodes a loop is seen by its first turn only.
///
/// A program that is not whole lacks what the checker has refused. Of such a one only errors are told, and only those that do not
/// rest on what is missing.
void analyze(const program::Program&, const Catalog&, Diagnostics&, bool is_whole = true);

}  // namespace lang
