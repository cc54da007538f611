// Where each kind of statement keeps statements of its own, said once. Who searches a program goes by this; who does something for each
// kind visits the kinds, and names all of them: a kind that is new does not compile until every pass has decided about it.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "lang/program/tree.hpp"
#include "lang/text/overloaded.hpp"

namespace lang::program {

/// What a block is to the statement that holds it.
enum class Role { Body, Branches, Yes, No, Else, Undo, OnFailure };

struct InnerBlock {
    Role role = Role::Body;
    const Block* block = nullptr;
};

/// In the order of the text. What a define does that the statement calls is not a part of it.
std::vector<InnerBlock> blocks_of(const Stmt&);

/// Calls `see` with each statement of `block`, and of the blocks in it but for those that have one of these roles.
template <typename See>
void each_statement(const Block& block, std::initializer_list<Role> but, const See& see) {
    for (const Stmt& stmt : block) {
        see(stmt);
        for (const auto& part : blocks_of(stmt)) {
            if (std::find(but.begin(), but.end(), part.role) == but.end()) each_statement(*part.block, but, see);
        }
    }
}

}  // namespace lang::program
