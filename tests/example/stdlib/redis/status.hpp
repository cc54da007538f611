// What a Redis server says of its replication.
#pragma once

#include <memory>

#include "runtime/module.hpp"

namespace stdlib::redis {

const std::shared_ptr<const lang::RecordType>& status_type();

/// `redis-cli … INFO replication` on the host, and the record that its answer is.
runtime::Read read_status();

/// A call of redis-cli for the server on the host.
runtime::Command redis_cli(const runtime::Context&, std::vector<std::string> order);

}  // namespace stdlib::redis
