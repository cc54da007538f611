#include "runtime/connection/ssh/configuration/openssh.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "runtime/connection/child_process.hpp"
#include "runtime/connection/ssh/client.hpp"
#include "runtime/connection/ssh/configuration/effective.hpp"
#include "runtime/connection/ssh/configuration/paths.hpp"

namespace runtime {

namespace {

/// A `Match exec` and a CanonicalizeHostname ask others; longer than this nobody waits for what they say.
constexpr Duration answer_patience = std::chrono::seconds{30};
constexpr std::size_t longest_answer = std::size_t{1} << 20;

/// As execvp(3) finds it; empty where there is none.
std::string path_of_program(const std::string& name) {
    if (name.empty() || name.find('/') != std::string::npos) return access(name.c_str(), X_OK) == 0 ? name : std::string();
    const char* path = std::getenv("PATH");
    std::string_view rest = path == nullptr ? "/usr/bin:/bin" : path;
    while (!rest.empty()) {
        const std::string_view folder = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(rest.size(), folder.size() + 1));
        std::string file = fmt::format("{}/{}", folder.empty() ? "." : folder, name);
        if (access(file.c_str(), X_OK) == 0) return file;
    }
    return {};
}

/// Which text it was: another one has another size, time or place on the disk.
std::string stamp_of(const std::string& path) {
    struct stat file {};
    if (stat(path.c_str(), &file) != 0) return "none";
    return fmt::format("{}.{}.{}.{}", file.st_ino, file.st_size, file.st_mtim.tv_sec, file.st_mtim.tv_nsec);
}

/// What it reads: nothing, or the text of a file that has no name.
Descriptor standard_input(const std::string& text) {
    if (text.empty()) return Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC));
    Descriptor memory(memfd_create("ssh_config", MFD_CLOEXEC));
    const ssize_t written = write(memory.number(), text.data(), text.size());
    return written == static_cast<ssize_t>(text.size()) ? std::move(memory) : Descriptor();
}

void take_all(Descriptor& from, std::string& text) {
    std::array<char, 16 * 1024> piece;
    while (from) {
        const ssize_t size = read(from.number(), piece.data(), piece.size());
        if (size > 0 && text.size() < longest_answer) text.append(piece.data(), static_cast<std::size_t>(size));
        if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (size <= 0) from.close();
    }
}

std::string last_line(std::string_view text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    return std::string(text.substr(text.rfind('\n') + 1));
}

/// The first thing that it complains of: what follows is "terminating, 1 bad configuration options".
std::string first_complaint(std::string_view text) {
    const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
    return line.empty() ? last_line(text) : std::string(line);
}

}  // namespace

OpenSsh::OpenSsh(std::string program, std::string directory, Scheduler& scheduler, const Stop& stop)
    : program_(path_of_program(program)), directory_(std::move(directory)), scheduler_(scheduler), stop_(stop) {}

OpenSsh::Answer OpenSsh::ask(const SshTarget& target, Time until) {
    const std::string key = fmt::format("{}\n{}\n{}\n{}\n{}", target.address, target.port, target.user, stamp_of(directory_ + "/config"),
                                        stamp_of("/etc/ssh/ssh_config"));
    {
        const std::lock_guard lock(mutex_);
        if (const auto it = known_.find(key); it != known_.end()) return {.settings = it->second, .why_not = std::nullopt};
    }
    Answer answer = start(target, Jumps::AsConfigured, until);
    if (answer.refused) {
        // `Host *` with a ProxyJump means every machine but that one: ssh refuses a jump host that it finds to be its own.
        Answer without = start(target, Jumps::None, until);
        if (!without.why_not) answer = std::move(without);
    }
    const std::lock_guard lock(mutex_);
    if (!answer.why_not) known_.emplace(key, answer.settings);
    return answer;
}

OpenSsh::Answer OpenSsh::start(const SshTarget& target, Jumps jumps, Time until) const {
    Answer answer;
    const auto refuse = [&](std::string why, bool out_of_time = false) {
        answer.why_not = std::move(why);
        answer.out_of_time = out_of_time;
        return answer;
    };
    std::vector<std::string> words{program_, "-G", "-T"};
    std::string text;
    if (directory_ != ssh_directory_of_account()) {
        // ssh goes by the account, and would read the files of another home than ours.
        text = fmt::format("Include \"{}/config\"\nInclude /etc/ssh/ssh_config\n", directory_);
        words.insert(words.end(), {"-F", "/dev/stdin"});
    }
    if (!target.user.empty()) words.insert(words.end(), {"-l", target.user});
    if (target.port != 0) words.insert(words.end(), {"-p", std::to_string(target.port)});
    if (jumps == Jumps::None) words.insert(words.end(), {"-J", "none"});
    words.insert(words.end(), {"--", target.address});

    const Descriptor in = standard_input(text);
    Pipe out = make_pipe(), err = make_pipe();
    if (!in || !out.read || !err.read) return refuse("this process has too many open files");
    const ChildProcess ssh(words, {in, out.write, err.write});
    if (ssh.why_not()) return refuse(*ssh.why_not());
    out.write.close();
    err.write.close();
    for (const Descriptor* descriptor : {&out.read, &err.read}) set_nonblocking(*descriptor);

    std::string said, complained;
    until = std::min(until, scheduler_.now() + answer_patience);
    for (bool ended = false; !ended;) {
        std::array<pollfd, 4> watched{{{out.read.number(), POLLIN, 0},
                                       {err.read.number(), POLLIN, 0},
                                       {ssh.ended().number(), POLLIN, 0},
                                       {stop_.descriptor(), POLLIN, 0}}};
        wait_ready(watched, until - scheduler_.now());
        ended = watched[2].revents != 0;  // before it is read: what it has said is there then
        take_all(out.read, said);
        take_all(err.read, complained);
        if (stop_.stop_waiting() || (!ended && scheduler_.now() >= until))
            return refuse(
                "`ssh -G` does not tell in time what the configuration says of it: look whether a `Match exec` there comes to an end",
                true);
    }
    answer.refused = ssh.exit_status().value_or(0) != 0;
    if (ssh.exit_status() != 0)
        return refuse(fmt::format("`ssh -G -- {}` {}, and says: {}", target.address, ssh.describe_state(),
                                  complained.empty() ? "nothing" : first_complaint(complained)));
    return {.settings = effective_settings(said, target, directory_), .why_not = std::nullopt};
}

}  // namespace runtime
