#include "runtime/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "runtime/connection/descriptor.hpp"

namespace runtime {

namespace {

using lang::Duration;
using Steady = std::chrono::steady_clock;

/// A pipe is looked at again after this long, to see whether we are told to end.
constexpr Duration between_looks = std::chrono::milliseconds{100};

/// Of what no file is: nothing where it is one.
const char* kind_of(mode_t mode) {
    if (S_ISREG(mode)) return nullptr;
    if (S_ISDIR(mode)) return "a directory";
    if (S_ISFIFO(mode)) return "a FIFO";
    if (S_ISSOCK(mode)) return "a socket";
    return "a device";
}

bool is_empty_device(const struct stat& file) { return S_ISCHR(file.st_mode) && file.st_rdev == makedev(1, 3); }

/// A pipe without a name, which a shell or a parent has made for us; one with a name is a FIFO that anybody may forget to write to.
bool is_given_pipe(int file, mode_t mode) {
    struct statfs system {};
    return S_ISFIFO(mode) && fstatfs(file, &system) == 0 && system.f_type == PIPEFS_MAGIC;
}

std::string no_file(mode_t mode) { return fmt::format("it is {}, and a file is expected", kind_of(mode)); }

FileText unread(std::string why) { return {.text = std::nullopt, .why = std::move(why)}; }

/// Until its end, or until it has given as much as it may.
FileText read_all(const Descriptor& file, const FileBounds& bounds, bool waits) {
    std::string text;
    const auto began = Steady::now();
    auto heard = began;
    std::array<char, 16 * 1024> piece;
    while (text.size() < bounds.bytes) {
        const ssize_t size = ::read(file.number(), piece.data(), std::min(piece.size(), bounds.bytes - text.size()));
        if (size == 0) break;
        if (size > 0) {
            text.append(piece.data(), static_cast<std::size_t>(size));
            heard = Steady::now();
            if (waits && heard - began >= bounds.in_all)
                return unread(fmt::format("its end did not come for {}", lang::show(bounds.in_all)));
            continue;
        }
        if (errno == EINTR) continue;
        if (errno != EAGAIN || !waits) return unread(strerrordesc_np(errno));
        std::array<pollfd, 1> watched{{{file.number(), POLLIN, 0}}};
        wait_ready(watched, between_looks);
        if (bounds.given_up && bounds.given_up()) return unread("interrupted while something was to come through it");
        if (watched[0].revents != 0) continue;
        if (Steady::now() - heard >= bounds.silence)
            return unread(fmt::format("nothing came through it for {}", lang::show(bounds.silence)));
    }
    return {.text = std::move(text), .why = {}};
}

}  // namespace

FileText read_file(const std::string& path, const FileBounds& bounds) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        const int error = errno;
        FileText none = unread(strerrordesc_np(error));
        none.exists = error != ENOENT && error != ENOTDIR;
        return none;
    }
    if (is_empty_device(status)) return {.text = std::string(), .why = {}, .mode = status.st_mode};
    // A device may do something as soon as it is opened.
    if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode)) return unread(no_file(status.st_mode));
    // Opened without waiting, and looked at once more: it may have been exchanged in between.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file || ::fstat(file.number(), &status) != 0) return unread(strerrordesc_np(errno));
    const bool waits = bounds.silence > Duration{} && is_given_pipe(file.number(), status.st_mode);
    if (!waits && !S_ISREG(status.st_mode)) return unread(no_file(status.st_mode));
    FileText all = read_all(file, bounds, waits);
    all.mode = status.st_mode;
    return all;
}

std::optional<std::string> write_file(const std::string& path, std::string_view text) {
    const auto why = [] { return std::optional<std::string>(strerrordesc_np(errno)); };
    const auto refuses = [](const struct stat& status) { return !S_ISREG(status.st_mode) && !is_empty_device(status); };
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && refuses(status)) return no_file(status.st_mode);
    // Not waited for, and looked at once more before anything in it is touched: it may have been exchanged in between.
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666));
    if (!file || ::fstat(file.number(), &status) != 0) return why();
    if (refuses(status)) return no_file(status.st_mode);
    if (S_ISREG(status.st_mode) && ::ftruncate(file.number(), 0) != 0) return why();
    while (!text.empty()) {
        const ssize_t size = ::write(file.number(), text.data(), text.size());
        if (size >= 0) text.remove_prefix(static_cast<std::size_t>(size));
        if (size < 0 && errno != EINTR) return why();
    }
    return std::nullopt;
}

std::optional<std::string> why_no_file(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode)) return std::nullopt;
    return no_file(status.st_mode);
}

}  // namespace runtime
