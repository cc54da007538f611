// Runs lines on this machine, for tests that need a real shell.
#pragma once

#include "runtime/connection/local.hpp"

struct Here {
    std::unique_ptr<runtime::Scheduler> scheduler = runtime::real_scheduler();
    runtime::Stop stop;
    lang::Host host;
    std::unique_ptr<runtime::Connection> connection = runtime::local_connections(*scheduler, stop)(host);

    runtime::Reply run(const runtime::Line& line, runtime::Duration patience = std::chrono::seconds{60}) {
        return runtime::execute(*connection, line, patience, *scheduler, stop);
    }
    runtime::Reply run(const std::string& text, const std::string& input = {}) { return run(runtime::Line{text, text, input}); }
};
