// A program that is not there: called as drbdadm, pcs, virsh, …, it asks the site at the UNIX socket PROCRUN_SITE what that program
// says on the host PROCRUN_HOST, says it, and ends as it would. Time there goes on faster than here, PROCRUN_SPEED seconds a second
// since PROCRUN_SINCE (milliseconds since 1970), so that what takes minutes takes seconds.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <thread>

#include "rehearsal/scheduler.hpp"
#include "rehearsal/serve/client.hpp"
#include "runtime/shell/dialect.hpp"

namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

lang::Time now_there(double speed) {
    const auto here = std::chrono::floor<lang::Duration>(std::chrono::system_clock::now());
    const lang::Time since{lang::Duration(std::stoll(variable("PROCRUN_SINCE")))};
    return rehearsal::first_moment + std::chrono::duration_cast<lang::Duration>((here - since) * speed);
}

}  // namespace

int main(int count, char** words) {
    std::string line = std::filesystem::path(words[0]).filename();
    for (int i = 1; i < count; ++i) line += ' ' + runtime::posix_quote(words[i]);
    if (line.starts_with("cat ") && line != "cat /proc/drbd") {
        execv("/bin/cat", words);
        return 127;
    }
    const std::string input{std::istreambuf_iterator<char>(std::cin), {}};
    const double speed = std::stod(variable("PROCRUN_SPEED"));
    lang::Host host;
    host.name = variable("PROCRUN_HOST");

    rehearsal::RemoteSite site(variable("PROCRUN_SITE"));
    const rehearsal::Answer answer = site.run(host, {.text = line, .shown = line, .input = input}, now_there(speed));
    std::this_thread::sleep_for(answer.takes / speed);
    std::cout << answer.out << std::flush;
    std::cerr << answer.err << std::flush;
    return answer.ending == runtime::Ending::Exited ? answer.code : 255;
}
