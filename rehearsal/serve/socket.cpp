#include "rehearsal/serve/socket.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <system_error>

namespace rehearsal {

namespace {

constexpr std::size_t longest_message = std::size_t{64} << 20;
constexpr time_t seconds_for_an_answer = 60;

[[noreturn]] void fail(const std::string& what) { throw std::system_error(errno, std::generic_category(), what); }

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        fail(fmt::format("the socket's path has {} bytes, {} fit: {}", path.size(), sizeof address.sun_path - 1, path));
    }
    path.copy(address.sun_path, path.size());
    return address;
}

std::string netstring(std::string_view text) { return fmt::format("{}:{},", text.size(), text); }

/// A netstring at the front of `text`: nothing if more must come, or `broken` if it never can be one.
std::optional<std::string_view> take_netstring(std::string_view& text, bool& broken) {
    std::size_t size = 0;
    const auto [colon, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    const auto digits = static_cast<std::size_t>(colon - text.data());
    if (text.empty() || (error == std::errc{} && digits == text.size() && digits < 9)) return std::nullopt;
    broken = error != std::errc{} || *colon != ':' || size > longest_message;
    if (broken || text.size() < digits + 1 + size + 1) return std::nullopt;
    broken = text[digits + 1 + size] != ',';
    if (broken) return std::nullopt;
    const std::string_view content = text.substr(digits + 1, size);
    text.remove_prefix(digits + 1 + size + 1);
    return content;
}

}  // namespace

Descriptor listen_at(const std::string& path) {
    const sockaddr_un address = address_of(path);
    if (connect_to(path)) {
        errno = EADDRINUSE;
        fail("another simulated site listens at " + path);
    }
    struct stat existing {};
    if (lstat(path.c_str(), &existing) == 0 && S_ISSOCK(existing.st_mode)) unlink(path.c_str());
    Descriptor listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!listener) fail("socket");
    const mode_t before = umask(0177);
    const int bound = bind(listener.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    umask(before);
    if (bound != 0 || listen(listener.number(), 64) != 0) fail("cannot listen at " + path);
    return listener;
}

Descriptor connect_to(const std::string& path) {
    const sockaddr_un address = address_of(path);
    Descriptor connection(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const timeval patience{.tv_sec = seconds_for_an_answer, .tv_usec = 0};
    setsockopt(connection.number(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);  // connect(2) waits for it, too
    setsockopt(connection.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connection && connect(connection.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return connection;
    return Descriptor();
}

std::string pack(const Message& message) {
    std::string fields;
    for (const std::string& field : message) fields += netstring(field);
    return netstring(fields);
}

std::optional<Message> Unpacker::next() {
    std::string_view rest = buffer_;
    const auto fields = broken_ ? std::nullopt : take_netstring(rest, broken_);
    if (!fields) return std::nullopt;
    Message message;
    for (std::string_view left = *fields; !left.empty();) {
        const auto field = take_netstring(left, broken_);
        if (!field) {
            broken_ = true;
            return std::nullopt;
        }
        message.emplace_back(*field);
    }
    buffer_.erase(0, buffer_.size() - rest.size());
    return message;
}

}  // namespace rehearsal
