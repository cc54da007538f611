#include <malloc.h>

#include "cli/terminal/output.hpp"
#include "cli/usage/dispatch.hpp"

int main(int argc, char** argv) {
    // A thread a host: the allocator would keep many heaps for them, each of them mostly empty.
    mallopt(M_ARENA_MAX, 2);
    cli::open_streams();
    return cli::usage::dispatch(argc, argv);
}
