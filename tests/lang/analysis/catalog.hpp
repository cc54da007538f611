// A few signatures, so that these tests stand when the modules change.
#pragma once

#include "lang/model/signature.hpp"

namespace walk_tests {

lang::Catalog catalog();

}  // namespace walk_tests
