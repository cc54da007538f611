// A docker compose project: how its tool is called, and how its services stand.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/module.hpp"
#include "stdlib/support/told.hpp"

namespace stdlib::compose {

/// `tool` and `folder`, as every builtin about a project takes them.
std::vector<lang::Parameter> parameters_of_tool();
/// `service`.
lang::Parameter service_parameter(std::string doc);

/// `tool ARGUMENTS`, in its folder where there is one.
runtime::Command call(const runtime::Context&, const std::vector<std::string>& arguments);

/// A script of ours for standard input, so that what is shown of it is short: its $1 is NAME, $2 the folder, then come the arguments, then
/// the words of the tool. It shifts the former away, begins with `cd` where there is a folder, and calls the tool as "$@". `typed`: behind
/// the words of the tool, what a person types in its place.
runtime::Command script(const runtime::Context&, const std::string& name, const std::string& body,
                        const std::vector<std::string>& arguments, const std::vector<std::string>& typed);

/// compose.State, and compose.Service, which tells of all containers of a service together.
const std::shared_ptr<const lang::EnumType>& state_type();
const std::shared_ptr<const lang::RecordType>& service_type();

/// Asks the tool which services there are and which containers they have, and docker itself how these stand: that reads the same for
/// docker-compose 1 and Compose 2, whose own tables tell no start time.
runtime::Read read_project(lang::Value (*then)(const lang::Value& services, const runtime::Context&));

/// What docker tells of a container ("State.Health"), as far as it bears on how that stands.
const std::vector<support::Facts>& fields();

/// What it prints: a list of compose.Service in the order of their names, or unknown.
lang::Value services_from(std::string_view output);

/// The one of that name, or unknown with the names that there are.
lang::Value service_named(const lang::Value& services, std::string_view name);

/// Running, and healthy where it has a check of its health.
lang::Value runs(const lang::Value& service);

/// "2026-11-23T04:48:51.123456789Z", and with "+01:00"; nothing for docker's "never", the year 1.
std::optional<lang::Time> time_from(std::string_view rfc3339);

}  // namespace stdlib::compose
