// File descriptors: owned, and waited for.
#pragma once

#include <poll.h>

#include <span>
#include <utility>

#include "runtime/scheduler.hpp"

namespace runtime {

/// Closes what it holds.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }

    int number() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }
    void close();
    int release() { return std::exchange(number_, -1); }

  private:
    int number_ = -1;
};

/// No program inherits an end of it that is not handed it.
struct Pipe {
    Descriptor read, write;
};
/// Without ends where this process has too many open files.
Pipe make_pipe();

/// Reads and writes return at once from now on.
void set_nonblocking(const Descriptor&);

/// poll(2) for at most `patience`: true as soon as one of them is ready. Signals do not end it early.
bool wait_ready(std::span<pollfd> watched, Duration patience);

}  // namespace runtime
