// Who drives a run: one process on this machine, known by a lock that the system gives back when the process ends, however it ends. Neither
// the name of a program nor the number of a process tells as much.
#pragma once

#include <cstdint>
#include <string>

namespace runtime {

class Driver {
  public:
    /// Nobody.
    Driver() = default;
    /// Of the runs in a journal, by its path; in ":memory:" there are none of another process. Makes the file PATH-driven beside it.
    /// Throws JournalError.
    explicit Driver(const std::string& journal);
    ~Driver();
    Driver(Driver&& other) noexcept : file_(other.file_), path_(other.path_) { other.file_ = -1; }
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;
    Driver& operator=(Driver&&) = delete;

    /// From now on, as long as this lives, this is who drives it. False where another one does.
    bool take(std::int64_t run);

  private:
    int file_ = -1;
    std::string path_;
};

}  // namespace runtime
