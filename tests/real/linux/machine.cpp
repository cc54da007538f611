#include "tests/real/linux/machine.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

namespace real {

namespace fs = std::filesystem;
using support::read_file;
using support::write_file;

namespace {

const std::string scripts = PROCRUN_SOURCE_DIR "/tests/real/linux/";
const fs::path system_units = "/lib/systemd/system";

/// What systemd itself needs to boot, to restart and to power off.
constexpr std::array own_units = {
    "basic.target",    "final.target",   "multi-user.target", "poweroff.target",          "reboot.target",
    "shutdown.target", "sysinit.target", "umount.target",     "systemd-poweroff.service", "systemd-reboot.service"};

/// As Debian's ssh.service has it.
constexpr std::string_view sshd_unit =
    "[Service]\n"
    "Type=notify\n"
    "RuntimeDirectory=sshd\n"
    "ExecStart=/usr/sbin/sshd -D -e -f {}\n"
    "KillMode=process\n";

int run_to_its_end(const std::vector<std::string>& words, const std::string& output) {
    Daemon program(words, output);
    REQUIRE(eventually([&] { return program.has_ended(); }));
    return program.exit_code();
}

}  // namespace

std::optional<std::string> Machine::why_not() {
    static const std::optional<std::string> why = []() -> std::optional<std::string> {
        if (geteuid() != 0) return "only root can make namespaces with a systemd in them";
        const bool cgroup2 = access("/sys/fs/cgroup/cgroup.procs", W_OK) == 0 || access("/sys/fs/cgroup/unified/cgroup.procs", W_OK) == 0;
        if (!cgroup2) return "there is no cgroup2 that can be written";
        if (!fs::exists("/lib/systemd/systemd") || !fs::exists(system_units)) return "there is no systemd";
        const Folder folder;
        const int code =
            run_to_its_end({"unshare", "--fork", "--pid", "--mount", "--cgroup", "--uts", "--ipc", "mount", "-t", "proc", "proc", "/proc"},
                           folder / "log");
        if (code != 0) return "namespaces cannot be made here: " + read_file(folder / "log");
        return std::nullopt;
    }();
    return why;
}

Machine::Machine(support::SshHome& home, std::string name, const std::map<std::string, std::string>& units,
                 const std::map<std::string, std::string>& environment)
    : name_(std::move(name)), home_(home) {
    fs::create_directories(file("units/multi-user.target.wants"));
    fs::create_directory(file("bin"));
    for (const char* unit : own_units) fs::copy_file(system_units / unit, file(fmt::format("units/{}", unit)));
    add_unit("sshd.service", fmt::format(sshd_unit, file("sshd_config")));
    for (const auto& [unit, text] : units) add_unit(unit, text);
    enable("sshd.service");

    support::make_key(file("host_key"));
    // SHLVL: bash, where it is the login shell, then leaves ~/.bashrc alone.
    std::string settings = fmt::format(
        "ListenAddress {}\nPort {}\nHostKey {}\nAuthorizedKeysFile {}/authorized_keys\nUsePAM no\nStrictModes no\nPidFile none\n"
        "PermitRootLogin yes\nSetEnv SHLVL=1 PROCRUN_HOST={} PATH={}:/usr/sbin:/usr/bin:/sbin:/bin",
        address_, port_, file("host_key"), home_.directory(), name_, file("bin"));
    for (const auto& [variable, value] : environment) settings += fmt::format(" {}={}", variable, value);
    write_file(file("sshd_config"), settings + "\n");
    std::ofstream(home_.known_hosts(), std::ios::app) << fmt::format("[{}]:{} {}", address_, port_, read_file(file("host_key.pub")));
}

Machine::~Machine() { cut_power(); }

void Machine::power_on() {
    REQUIRE(is_off());
    cut_power();  // what is left of its last run
    power_ = std::make_unique<Daemon>(std::vector<std::string>{"setpriv", "--pdeathsig", "KILL", "sh", scripts + "power_on.sh", folder()},
                                      file("log"));
    const bool up = eventually([&] { return can_connect(address_, port_) || is_off(); }) && !is_off();
    REQUIRE_MESSAGE(up, "the machine does not come up: ", read_file(file("log")), read_file(file("console")));
}

void Machine::cut_power() {
    if (!power_) return;
    power_->kill();
    power_.reset();
    if (fs::exists(file("cgroup"))) remove_cgroup();
}

bool Machine::is_off() { return !power_ || power_->has_ended(); }

void Machine::freeze(bool frozen) {
    const std::string cgroup = own_cgroup();
    write_file(cgroup + "/cgroup.freeze", frozen ? "1" : "0");
    const std::string then = frozen ? "frozen 1" : "frozen 0";
    REQUIRE(eventually([&] { return read_file(cgroup + "/cgroup.events").find(then) != std::string::npos; }));
}

void Machine::add_unit(const std::string& unit, const std::string& text) { write_file(file("units/" + unit), text); }

void Machine::put_program(const std::string& program, const std::string& target) { fs::create_symlink(target, file("bin/" + program)); }

void Machine::enable(const std::string& unit) { fs::create_symlink("../" + unit, file("units/multi-user.target.wants/" + unit)); }

void Machine::mask(const std::string& unit) { fs::create_symlink("/dev/null", file("units/" + unit)); }

std::string Machine::run(const std::vector<std::string>& words) {
    std::istringstream first_process(read_file(own_cgroup() + "/init.scope/cgroup.procs"));
    std::string pid;
    first_process >> pid;
    std::vector<std::string> command{"nsenter", "--target", pid, "--mount", "--pid", "--cgroup"};
    command.insert(command.end(), words.begin(), words.end());
    const Folder folder;
    run_to_its_end(command, folder / "output");
    std::string output = read_file(folder / "output");
    if (output.ends_with('\n')) output.pop_back();
    return output;
}

std::string Machine::systemctl(std::vector<std::string> words) {
    words.insert(words.begin(), "systemctl");
    return run(words);
}

lang::Host Machine::host() const {
    lang::Host host;
    host.name = name_;
    host.address = address_;
    host.port = port_;
    host.user = "root";
    host.key = home_.key();
    return host;
}

std::string Machine::own_cgroup() const {
    std::string path = read_file(file("cgroup"));
    path.resize(path.find('\n'));
    return path;
}

void Machine::remove_cgroup() const {
    const auto remove = [path = own_cgroup()] {
        std::vector<fs::path> folders{path};
        for (const auto& entry : fs::recursive_directory_iterator(path)) {
            if (entry.is_directory()) folders.push_back(entry.path());
        }
        return std::all_of(folders.rbegin(), folders.rend(), [](const fs::path& folder) { return rmdir(folder.c_str()) == 0; });
    };
    CHECK_MESSAGE(eventually(remove), "a process of the machine is left");
}

}  // namespace real
