// A variable that gets its old value back at the end of a block.
#pragma once

#include <utility>

namespace lang::checker {

template <typename T>
class Restored {
  public:
    Restored(T& variable, T for_now) : variable_(variable), before_(std::exchange(variable, std::move(for_now))) {}
    ~Restored() { variable_ = std::move(before_); }
    Restored(const Restored&) = delete;
    Restored& operator=(const Restored&) = delete;

  private:
    T& variable_;
    T before_;
};

}  // namespace lang::checker
