#include "tests/real/login/accounts.hpp"

#include "tests/real/needs.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace real {

namespace fs = std::filesystem;
using support::read_file;
using support::write_file;

namespace {

/// crypt(5) of the accounts' password.
constexpr const char* password_hash = "$6$procrun$o8d/NVGL9GXSEKFBGLGzo6qVe7UzRSEOauvWwfgScfw9gDgf5.AOBRfZbp.hRG2zXrewY8PG4oqI37kuFae5t/";

constexpr int first_id = 23000;

/// In a mount namespace of its own the files of users and rights are ours; all that sshd starts lives there too.
constexpr const char* start = R"sh(
cd "$1" && shift
for file in passwd shadow group sudoers; do mount --bind $file /etc/$file || exit; done
exec "$@"
)sh";

}  // namespace

std::optional<std::string> Accounts::why_not() {
    if (geteuid() != 0) return "only root can make accounts";
    if (!fs::exists("/usr/bin/sudo")) return "there is no sudo";
    if (std::system("unshare --mount true 2>/dev/null") != 0) return "no mount namespace can be made here";
    return std::nullopt;
}

bool Accounts::has(const std::string& shell) { return fs::exists(shell); }

Accounts::Accounts(support::SshHome& home, const std::vector<Account>& accounts, const std::string& settings) : home_(home) {
    const std::string key = read_file(home_.key() + ".pub");
    std::string passwd = read_file("/etc/passwd"), shadow = read_file("/etc/shadow"), group = read_file("/etc/group");
    std::string sudoers = "Defaults env_reset\nroot ALL=(ALL:ALL) ALL\n";
    chmod((folder_ / "").c_str(), 0755);
    fs::create_directories(folder_ / "keys");
    fs::create_directories("/run/sshd");  // where sshd separates its privileges
    unsigned id = first_id;
    for (const Account& account : accounts) {
        ++id;
        passwd += fmt::format("{}:x:{}:{}::{}:{}\n", account.name, id, id, this->home(account.name), account.shell);
        shadow += fmt::format("{}:{}:{}\n", account.name, password_hash, account.ages);
        group += fmt::format("{}:x:{}:\n", account.name, id);
        sudoers += account.sudoers;
        write_file(folder_ / ("keys/" + account.name), account.key_options + (account.key_options.empty() ? "" : " ") + key);
        fs::create_directories(this->home(account.name));
        for (const auto& [name, text] : account.files) {
            const std::string file = this->home(account.name) + "/" + name;
            fs::create_directories(fs::path(file).parent_path());
            write_file(file, text);
            chmod(file.c_str(), 0755);
        }
        const std::string own = fmt::format("chown -R {}:{} {}", id, id, this->home(account.name));
        REQUIRE(std::system(own.c_str()) == 0);
    }
    write_file(folder_ / "passwd", passwd);
    write_file(folder_ / "shadow", shadow);
    write_file(folder_ / "group", group);
    write_file(folder_ / "sudoers", sudoers);
    chmod((folder_ / "shadow").c_str(), 0600);
    chmod((folder_ / "sudoers").c_str(), 0440);
    write_file(folder_ / "start.sh", start);

    port_ = Listener(address_).port();  // free a moment ago
    support::make_key(folder_ / "host_key");
    write_file(folder_ / "sshd_config",
               fmt::format("{}\nListenAddress {}\nPort {}\nHostKey {}\nAuthorizedKeysFile {}/%u\nUsePAM no\nStrictModes no\nPidFile none\n"
                           "MaxStartups 100\nPerSourceMaxStartups none\nLogLevel VERBOSE\n",
                           settings, address_, port_, folder_ / "host_key", folder_ / "keys"));
    write_file(home_.known_hosts(),
               read_file(home_.known_hosts()) + fmt::format("[{}]:{} {}", address_, port_, read_file(folder_ / "host_key.pub")));
    sshd_ = std::make_unique<Daemon>(std::vector<std::string>{"/usr/bin/unshare", "--mount", "/bin/sh", folder_ / "start.sh", folder_ / "",
                                                              "/usr/sbin/sshd", "-D", "-e", "-f", folder_ / "sshd_config"},
                                     folder_ / "log");
    const bool listens = eventually([&] { return can_connect(address_, port_) || sshd_->has_ended(); }) && !sshd_->has_ended();
    REQUIRE_MESSAGE(listens, "sshd does not listen: ", log());
}

lang::Host Accounts::host(const std::string& account) const {
    lang::Host host;
    host.name = account;
    host.address = address_;
    host.port = port_;
    host.user = account;
    host.key = home_.key();
    return host;
}

std::string Accounts::in_site(const std::string& account, const std::string& more) const {
    return fmt::format("host {} {{ address \"{}\"  port {}  user \"{}\"  key \"{}\"  {} }}\n", account, address_, port_, account,
                       home_.key(), more);
}

bool accounts_can_be_made() { return can_run("accounts of many kinds", Accounts::why_not()); }

}  // namespace real
