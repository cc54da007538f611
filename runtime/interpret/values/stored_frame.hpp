// The bindings that an undo may use, as text for the journal: `procrun undo` runs it later, in another process.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "lang/program/tree.hpp"
#include "runtime/interpret/values/frame.hpp"

namespace runtime {

struct FrameToStore {
    int define;  ///< whose frame it is, into Program::defines; -1: the program's
    const std::string& step_title;
    const Frame& frame;
};
/// JSON. Secrets are left out.
std::string stored_frame(const FrameToStore&);

struct RestoredFrame {
    int define = -1;
    std::string step_title;
    Frame frame;                     ///< its `globals` and `host` are the caller's to set
    std::shared_ptr<Frame> globals;  ///< inside a define: the program's frame
};
/// What the site has lost since is unknown, with the reason. Nothing where it is not a frame of this program.
std::optional<RestoredFrame> restored_frame(const std::string& stored, const lang::program::Program&);

}  // namespace runtime
