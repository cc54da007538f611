// Who drives a run: one process on this machine, known by a lock that the system gives back when the process ends, however it ends. Neither
// the name of a program nor the number of a process tells as much.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/connection/descriptor.hpp"

namespace runtime {

class Driver {
  public:
    /// Nobody.
    Driver() = default;
    /// Of the runs in a journal, by its path; in ":memory:" there are none of another process. Makes the file PATH-driven beside it.
    /// Throws JournalError.
    explicit Driver(const std::string& journal);

    /// From now on, as long as this lives, this is who drives it. False where another one does.
    bool take(std::int64_t run);

  private:
    Descriptor file_;
    std::string path_;
};

}  // namespace runtime
