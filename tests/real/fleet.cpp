#include "tests/real/fleet.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "tests/real/needs.hpp"

namespace real {

namespace fs = std::filesystem;
using support::read_file;
using support::write_file;

namespace {

constexpr std::size_t addresses_of_a_daemon = 16;  ///< more sockets to listen on than that sshd refuses
constexpr std::string_view system_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

}  // namespace

Fleet::Fleet(support::SshHome& home, std::vector<std::string> names, const std::map<std::string, std::string>& environment)
    : names_(std::move(names)), home_(home) {
    ran("OpenSSH");
    for (const std::string& name : names_) {
        addresses_[name] = next_address();
        fs::create_directory(folder_ / name);
    }
    port_ = Listener(addresses_.at(names_.front())).port();  // free a moment ago
    if (getuid() == 0) fs::create_directories("/run/sshd");  // where sshd separates its privileges
    support::make_key(folder_ / "host_key");
    std::ofstream known(home_.known_hosts(), std::ios::app);
    for (const auto& [name, address] : addresses_) known << fmt::format("[{}]:{} {}", address, port_, read_file(folder_ / "host_key.pub"));

    for (std::size_t first = 0; first < names_.size(); first += addresses_of_a_daemon) {
        const std::string file = folder_ / fmt::format("sshd_config.{}", first);
        write_file(file, settings(first, std::min(first + addresses_of_a_daemon, names_.size()), environment));
        daemons_.push_back(std::make_unique<Daemon>(std::vector<std::string>{"/usr/sbin/sshd", "-D", "-e", "-f", file}, folder_ / "log"));
    }
    for (const auto& [name, address] : addresses_) {
        const bool listens = eventually([&, &address = address] { return can_connect(address, port_); });
        REQUIRE_MESSAGE(listens, "sshd does not listen: ", read_file(folder_ / "log"));
    }
}

std::string Fleet::settings(std::size_t first, std::size_t last, const std::map<std::string, std::string>& environment) const {
    std::string text = fmt::format(
        "Port {}\nHostKey {}\nAuthorizedKeysFile {}/authorized_keys\nUsePAM no\nStrictModes no\nPidFile none\nPermitRootLogin yes\n"
        "MaxStartups 1000\nPerSourceMaxStartups none\n",
        port_, folder_ / "host_key", home_.directory());
    for (std::size_t i = first; i < last; ++i) text += fmt::format("ListenAddress {}\n", addresses_.at(names_[i]));
    for (std::size_t i = first; i < last; ++i) {
        const std::string& name = names_[i];
        // SHLVL: bash, where it is the login shell, then leaves ~/.bashrc alone.
        text += fmt::format("Match LocalAddress {}\n    SetEnv SHLVL=1 PROCRUN_HOST={} PATH={}:{}", addresses_.at(name), name,
                            folder_ / name, system_path);
        for (const auto& [variable, value] : environment) text += fmt::format(" {}={}", variable, value);
        text += '\n';
    }
    return text;
}

void Fleet::put_program(const std::string& host, const std::string& program, const std::string& script) {
    const std::string file = folder_ / (host + "/" + program);
    write_file(file, script);
    fs::permissions(file, fs::perms::owner_all);
}

lang::Host Fleet::host(const std::string& name) const {
    lang::Host host;
    host.name = name;
    host.address = addresses_.at(name);
    host.port = port_;
    host.user = getpwuid(geteuid())->pw_name;
    host.key = home_.key();
    return host;
}

}  // namespace real
