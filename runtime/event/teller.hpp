// Tells the observers: stamps the time, masks secrets, lets one event pass after the other.
#pragma once

#include <mutex>

#include "runtime/world.hpp"

namespace runtime {

class Teller {
  public:
    explicit Teller(World& world) : world_(world) {}

    void tell(const std::string& step, const std::string& host, Event::Body body);

  private:
    World& world_;
    std::mutex mutex_;
};

}  // namespace runtime
