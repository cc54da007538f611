#include "tests/real/windows/host.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <fstream>

#include "runtime/encoding/unicode.hpp"

namespace real {

namespace fs = std::filesystem;
using support::read_file;
using support::write_file;

namespace {

const std::string script = PROCRUN_SOURCE_DIR "/tests/real/windows/power_on.sh";
const fs::path built = PROCRUN_WINDOWS;  ///< the template and the programs, as the build left them
const std::string wine = PROCRUN_WINE;

/// A text as Wine's registry file has it: `"` and `\` escaped, and all that is not ASCII by its UTF-16 code.
std::string registry_text(const std::string& text) {
    std::string escaped;
    const std::string units = runtime::utf8_to_utf16le(text).value();
    for (std::size_t i = 0; i < units.size(); i += 2) {
        const auto low = static_cast<unsigned char>(units[i]), high = static_cast<unsigned char>(units[i + 1]);
        if (high != 0 || low >= 0x80) {
            escaped += fmt::format("\\x{:02x}{:02x}", high, low);
        } else {
            if (low == '"' || low == '\\') escaped += '\\';
            escaped += static_cast<char>(low);
        }
    }
    return '"' + escaped + '"';
}

}  // namespace

std::optional<std::string> WindowsHost::why_not() {
    if (wine.empty()) return "there was no wine64 or no x86_64-w64-mingw32-g++ when the tests were built";
    if (!fs::exists(built / "template/system.reg")) return "the build left no Windows behind";
    if (geteuid() != 0) return "only root can make the namespace that ends with all that runs in it";
    return std::nullopt;
}

WindowsHost::WindowsHost(support::SshHome& home, std::string name, const std::vector<WindowsService>& services)
    : name_(std::move(name)), home_(home) {
    // Windows' own files are links: nobody writes to them. Wine writes the registry as new files, but not always.
    fs::copy(built / "template", folder_ / "windows",
             fs::copy_options::recursive | fs::copy_options::create_hard_links | fs::copy_options::copy_symlinks);
    for (const char* file : {"system.reg", "user.reg", "userdef.reg"}) {
        fs::remove(folder_ / (std::string("windows/") + file));
        fs::copy_file(built / "template" / file, folder_ / (std::string("windows/") + file));
    }
    fs::copy(built / "programs", folder_ / "windows/drive_c/parts");
    install(services);

    support::make_key(folder_ / "host_key");
    fs::copy_file(home_.directory() + "/authorized_keys", folder_ / "authorized_keys");
    std::ofstream(home_.known_hosts(), std::ios::app) << fmt::format("[{}]:{} {}", address_, port_, read_file(folder_ / "host_key.pub"));
}

void WindowsHost::install(const std::vector<WindowsService>& services) const {
    std::ofstream registry(folder_ / "windows/system.reg", std::ios::app);
    for (const WindowsService& service : services) {
        const std::string& display_name = service.display_name.empty() ? service.name : service.display_name;
        registry << fmt::format(
            "\n[System\\\\CurrentControlSet\\\\Services\\\\{}]\n\"DisplayName\"={}\n\"ErrorControl\"=dword:00000001\n\"ImagePath\"={}\n"
            "\"ObjectName\"=\"LocalSystem\"\n\"Start\"=dword:{:08x}\n\"Type\"=dword:00000010\n",
            service.name, registry_text(display_name),
            registry_text(fmt::format("C:\\parts\\service.exe {} {}", service.name, service.exit_code)), static_cast<int>(service.start));
    }
}

void WindowsHost::power_on() {
    REQUIRE(is_off());
    power_ = std::make_unique<Daemon>(
        std::vector<std::string>{"setpriv", "--pdeathsig", "KILL", "unshare", "--fork", "--kill-child", "--pid", "--mount-proc", "sh",
                                 script, folder_ / "", wine, PROCRUN_WINDOWS_SSHD, address_, std::to_string(port_)},
        folder_ / "log");
    const bool up = eventually([&] { return can_connect(address_, port_) || is_off(); }) && !is_off();
    REQUIRE_MESSAGE(up, "the host does not come up: ", read_file(folder_ / "log"));
}

void WindowsHost::cut_power() {
    if (!power_) return;
    power_->kill();
    power_.reset();
    // Every process of the host holds this lock together with the first one.
    const int alive = open((folder_ / "alive").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    flock(alive, LOCK_EX);
    close(alive);
}

void WindowsHost::release(const std::string& service) {
    for (const char* what : {"start", "stop"}) fs::remove(held(service, what));
}

lang::Host WindowsHost::host() const {
    lang::Host host;
    host.name = name_;
    host.address = address_;
    host.os = lang::Os::Windows;
    host.port = port_;
    host.user = "Administrator";
    host.key = home_.key();
    return host;
}

}  // namespace real
