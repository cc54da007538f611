// What many modules say in the same way: types, records, footprints, simple reads.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/module.hpp"

namespace stdlib::support {

using lang::Type;
using lang::Value;

std::shared_ptr<const lang::EnumType> enumeration(std::string name, std::vector<std::string> members);
std::shared_ptr<const lang::RecordType> record_type(std::string name, std::vector<lang::FieldType> fields);

/// A value for every field of the type, in any order; a name that the type lacks, or a field without a value, is our bug.
Value record(const std::shared_ptr<const lang::RecordType>&, std::initializer_list<std::pair<std::string_view, Value>> fields);

/// The same footprint whatever the arguments are.
runtime::Footprints everything(std::string system);
/// Everything that runs on a host: after a restart or a script of unknown effect nothing read before holds.
runtime::Footprints whole_machine();
/// One object of a system, named by a text argument.
runtime::Footprints object(std::string system, std::string parameter);

/// "it says 'first line'" or "it says nothing": the tail of a reason why an output could not be read.
std::string quoted_output(std::string_view output);

/// The texts of a setting that is one text or a list of them.
std::vector<std::string> texts_in(const lang::Value& setting);

}  // namespace stdlib::support
