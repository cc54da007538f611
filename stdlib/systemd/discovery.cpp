#include "stdlib/systemd/discovery.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "stdlib/support/findings.hpp"
#include "stdlib/support/scan.hpp"
#include "stdlib/support/shape.hpp"

namespace stdlib::systemd {

namespace {

using runtime::FoundMachine;

/// Software of these names comes with packages, and is what a site is there for all the same.
bool is_server_software(std::string_view unit) {
    constexpr std::string_view names[] = {"nginx",     "apache2",    "httpd",    "tomcat",  "wildfly",   "redis",
                                          "memcached", "postgresql", "asterisk", "docker",  "smbd",      "nfs-",
                                          "php",       "rabbitmq",   "postfix",  "dovecot", "keepalived"};
    return std::any_of(std::begin(names), std::end(names), [&](std::string_view name) { return unit.starts_with(name); });
}

/// Its file stands where administrators put theirs.
bool is_by_hand(std::string_view path) {
    return path.starts_with("/etc/systemd/system/") || path.starts_with("/usr/local/") || path.starts_with("/opt/");
}

/// Those that run and were not installed with the system, of what `systemctl show` prints: an empty line ends each.
std::vector<std::string> own_units(std::string_view shown) {
    std::vector<std::string> units;
    std::string_view id, path, state;
    const auto end = [&] {
        const std::string_view name = id.substr(0, id.rfind(".service"));
        const bool is_template = name.find('@') != std::string_view::npos;
        if (state == "active" && !is_template && (is_by_hand(path) || is_server_software(name))) units.emplace_back(name);
        id = path = state = {};
    };
    for (const std::string_view line : support::lines(shown)) {
        const auto value = [&](std::string_view key, std::string_view& into) {
            if (line.starts_with(key)) into = line.substr(key.size());
        };
        value("Id=", id);
        value("FragmentPath=", path);
        value("ActiveState=", state);
        if (line.empty()) end();
    }
    end();
    std::sort(units.begin(), units.end());
    return units;
}

runtime::Finding look(runtime::AskedMachine& machine) {
    const runtime::Reply reply =
        machine.ask(runtime::Command::program({"systemctl", "show", "-p", "Id,FragmentPath,ActiveState", "--", "*.service"}));
    if (reply.ok()) return support::found(own_units(reply.out));
    return support::not_known("units",
                              support::is_absent(reply) ? "there is no systemctl: init scripts cannot be told apart" : reply.describe());
}

}  // namespace

runtime::Discovery discovery() {
    return {
        .layer = runtime::Discovery::Layer::Software,
        .look = look,
        .summary = [](const lang::Value& units) { return fmt::format("{}", fmt::join(support::texts_in(units), ", ")); },
        .fact = runtime::FoundFact{.name = "units",
                                   .is_list = true,
                                   .doc = "the systemd units of the site's own software",
                                   .texts = [](const FoundMachine& machine) { return support::texts_in(machine.found_by("systemd")); }}};
}

}  // namespace stdlib::systemd
