// A module made for these tests: lamps. Its builtins have every kind of part that the interpreter must know what to do with.
#pragma once

#include "runtime/module.hpp"

namespace runtime_tests {

/// Lamps answer `lamp status NAME` with "STATE LEVEL": `off 0`, `warming 30`, `on 100`, `broken 0`; anything else is unknown.
///
///   is_on state level percent label code   queries
///   light dim                              actions that reach a state; refused for a broken lamp
///   flash unlock                           actions without a probe; `unlock` takes a secret
///   turn                                   an action whose effect nobody sees: only an answer "turned" tells that it was done
///   restart                                an action that ends the link: arrived when `lamp boots` says another number
runtime::Module lamp();

/// Of lamps alone.
const runtime::Registry& registry();

}  // namespace runtime_tests
