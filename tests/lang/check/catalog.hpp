// A small catalogue for the checker's tests, so that they do not depend on what the real modules happen to have.
#pragma once

#include "lang/check/api.hpp"
#include "lang/model/signature.hpp"

namespace support {

/// The modules disk, svc, win, db, machine, web, person, text and list.
const lang::Catalog& small_catalog();

/// Files by path, from memory.
using Texts = std::map<std::string, std::string>;
lang::Loader loader(Texts texts);

/// Checks `main.proc` of `texts` on `site.proc`, where there is one.
lang::Checked check(Texts texts, std::map<std::string, std::string> parameters = {});

/// Everything that was found, as a person reads it.
std::string rendered(const lang::Checked&);

}  // namespace support
