// HAProxy: servers are taken out and put back through the admin socket, their software stops and starts, HAProxy itself does.
//
// Both are read twice: in the line of the order itself, before a check can have come in between, and when the checks have counted to
// their end. Clients there are none: a rehearsal makes its own.
#include <fmt/format.h>

#include <array>
#include <fstream>
#include <sstream>

#include "runtime/connection/local.hpp"
#include "stdlib/haproxy/read/server.hpp"
#include "tests/fidelity/side.hpp"
#include "tests/fidelity/systems.hpp"
#include "tests/real/daemon.hpp"
#include "tests/real/needs.hpp"

namespace fidelity {

namespace {

using namespace std::chrono_literals;
using lang::Value;
using runtime::Command;

constexpr std::string_view look = "show stat; show servers state";
constexpr int rise = 2, fall = 3;  ///< as the model has them
constexpr auto settles = 20s;      ///< simulated, for any number of checks

std::string path(const Value& server) { return fmt::format("{}/{}", server.field("backend").text(), server.field("server").text()); }

/// The cells of a row of `show stat` by the names of their columns.
std::map<std::string, std::string> cells(const std::string& header, const std::string& row) {
    std::map<std::string, std::string> all;
    std::istringstream names(header.substr(2)), values(row);
    for (std::string name, value; std::getline(names, name, ',') && std::getline(values, value, ',');) all[name] = value;
    return all;
}

class Haproxy final : public System {
  public:
    Haproxy() {
        real::ran("HAProxy, beside its model");
        for (const char* name : {"lb", "s1", "s2"}) {
            auto& host = *site_.hosts.emplace_back(std::make_unique<lang::Host>());
            host.name = name;
            host.address = next_address();
        }
        // Servers of databases are checked by whether their port is open, and have the sessions of the software: here none.
        site_.clusters.push_back({.name = "db", .kind = "mysql", .nodes = {host("s1"), host("s2")}, .settings = {}, .span = {}});
        add_backend("web", {"s1", "s2"});
        add_backend("api", {"s1"});
        for (int i = 0; i < 2; ++i) ports_[i] = Listener(host(server(i))->address).port();
        configure();
        version_ = real_.first_line("lb", program("haproxy -v"));
        for (const char* state : {"ready", "drain", "maint"}) {
            for (const char* path : {"web/s1", "web/s2", "api/s1", "web/s1", "web/s2", "api/s1", "web/nobody", "nobody/s1", "s1", "web/"})
                steps_.push_back(fmt::format("set server {} state {}", path, state));
            steps_.push_back(fmt::format("set server web/s1 state {0}; set server api/s1 state {0}", state));
        }
        for (const char* path : {"web/s1", "api/s1", "web/nobody", "nobody/s1"}) {
            for (const char* order : {"disable server", "enable server", "shutdown sessions server"})
                steps_.push_back(fmt::format("{} {}", order, path));
        }
        for (const char* other : {"set server web/s1 state off", "set server web/s1 state", "set server web/s1", "set server", "nonsense"})
            steps_.emplace_back(other);
        for (const auto& [event, _] : events()) steps_.push_back(event);
    }

    std::string name() const override { return "HAProxy"; }
    std::string version() const override {
        std::istringstream said(version_);
        std::string word, version;
        said >> word >> word >> version;
        return version;
    }
    const std::vector<std::string>& steps() const override { return steps_; }

    void begin() override {
        process_.reset();
        for (int i = 0; i < 2; ++i) start_software(i);
        start();
        settle();
        model_ = std::make_unique<Simulated>(site_);
    }

    Both take(const std::string& step) override {
        const auto event = events().find(step);
        Both both;
        if (event != events().end()) {
            (this->*event->second)();
        } else {
            both = {order(real_, step), order(model_->side, step)};
        }
        both.model["comes to rest"] = told(true);
        both.real["comes to rest"] = told(settle());
        model_->pass(settles);
        stands(real_, both.real);
        stands(model_->side, both.model);
        return both;
    }

  private:
    using Event = void (Haproxy::*)();
    static const std::map<std::string, Event>& events() {
        static const std::map<std::string, Event> all = {
            {"the software of s1 stops", &Haproxy::stop_s1},     {"the software of s1 starts", &Haproxy::start_s1},
            {"the software of s2 stops", &Haproxy::stop_s2},     {"the software of s2 starts", &Haproxy::start_s2},
            {"HAProxy stops", &Haproxy::stop_balancer},          {"HAProxy starts", &Haproxy::start_balancer},
            {"HAProxy is restarted", &Haproxy::restart_balancer}};
        return all;
    }
    static const char* server(int i) { return i == 0 ? "s1" : "s2"; }
    const lang::Host* host(const std::string& name) const { return site_.find_host(name); }

    void add_backend(const std::string& name, const std::vector<std::string>& servers) {
        std::vector<Value> hosts;
        for (const std::string& one : servers) hosts.emplace_back(host(one));
        site_.clusters.push_back(
            {.name = name,
             .kind = "haproxy",
             .nodes = {host("lb")},
             .settings = {{"backend", Value(name)}, {"servers", Value::list(std::move(hosts))}, {"socket", Value(socket_)}},
             .span = {}});
    }

    void configure() {
        std::ofstream file(folder_ / "haproxy.cfg");
        file << fmt::format(
            "global\n    stats socket {} level admin\n    nbthread 1\n"
            "defaults\n    mode tcp\n    timeout connect 1s\n    timeout client 60s\n    timeout server 60s\n"
            "    default-server inter 50ms rise {} fall {}\n",
            socket_, rise, fall);
        const auto server_line = [&](int i) {
            return fmt::format("    server {} {}:{} check\n", server(i), host(server(i))->address, ports_[i]);
        };
        file << "backend web\n" << server_line(0) << server_line(1) << "backend api\n" << server_line(0);
    }

    void start() {
        process_ = std::make_unique<Daemon>(std::vector<std::string>{"haproxy", "-db", "-f", folder_ / "haproxy.cfg"}, folder_ / "log");
        if (!eventually([&] { return real_.run("lb", to_socket("show info")).ok(); })) throw std::runtime_error("HAProxy does not start");
    }

    void stop_software(int i) { software_[i].reset(); }
    void start_software(int i) {
        software_[i].reset();
        software_[i] = std::make_unique<Listener>(host(server(i))->address, ports_[i]);
    }
    void in_model(const std::string& on, const std::string& words) { model_->side.run(on, program("systemctl " + words)); }

    void stop_s1() { stop_software(0), in_model("s1", "stop -- mariadb"); }
    void start_s1() { start_software(0), in_model("s1", "start -- mariadb"); }
    void stop_s2() { stop_software(1), in_model("s2", "stop -- mariadb"); }
    void start_s2() { start_software(1), in_model("s2", "start -- mariadb"); }
    void stop_balancer() { process_.reset(), in_model("lb", "stop -- haproxy"); }
    void start_balancer() {
        if (!process_) start();
        in_model("lb", "start -- haproxy");
    }
    void restart_balancer() {
        process_.reset();
        start();
        in_model("lb", "restart -- haproxy");
    }

    Command to_socket(std::string_view line) const {
        return Command::program({"socat", "-t", "10", "-", "UNIX-CONNECT:" + socket_})
            .input({runtime::Verbatim{fmt::format("{}\n", line)}});
    }

    /// The sign that checks have come to their end: the counter of each server that is checked stands at the bottom or at the top, as its
    /// software is there or not.
    bool settle() {
        if (!process_) return true;
        return eventually(
            [&] {
                std::istringstream lines(real_.run("lb", to_socket("show stat")).out);
                std::string header;
                std::getline(lines, header);
                if (header.size() < 2) return false;
                for (std::string line; std::getline(lines, line);) {
                    auto row = cells(header, line);
                    if (row["type"] != "2" || row["status"].starts_with("MAINT")) continue;
                    const bool there = software_[row["svname"] == "s1" ? 0 : 1] != nullptr;
                    if (row["check_health"] != fmt::to_string(there ? rise + fall - 1 : 0)) return false;
                }
                return true;
            },
            10s);
    }

    /// What it says to an order, and how each server stands at once. A check may count in between: what it has counted is left out.
    Seen order(Side& side, const std::string& step) {
        const runtime::Reply reply = side.run("lb", to_socket(fmt::format("{}; {}", step, look)));
        Seen seen{{"exit", ending(reply)}};
        const auto table = reply.out.find("# pxname");
        if (table == std::string::npos) {
            seen["answer"] = reply.out;
            return seen;
        }
        seen["answer"] = reply.out.substr(0, table);
        const auto state = reply.out.find("\n\n", table);
        const Value servers = stdlib::haproxy::servers_from(std::string_view(reply.out).substr(table, state + 1 - table),
                                                            std::string_view(reply.out).substr(state + 2));
        if (servers.is_unknown()) {
            seen["at once"] = told(servers);
            return seen;
        }
        for (const Value& one : servers.items())
            seen["at once: " + path(one)] = fmt::format("{} {}", told(one.field("state")), told(one.field("admin")));
        return seen;
    }

    void stands(Side& side, Seen& seen) const {
        const Value servers = side.query("lb", "haproxy.servers");
        if (servers.is_unknown()) {
            seen["servers"] = told(servers);
        } else {
            for (const Value& one : servers.items()) seen[path(one)] = told(one);
        }
        seen["agreement"] = told(side.query("lb", "haproxy.consistent"));
        for (const char* one : {"s1", "lb"})
            seen[fmt::format("sessions of {}", one)] = told(side.query("lb", "haproxy.sessions", {{"server", Value(host(one))}}));
    }

    Folder folder_;
    const std::string socket_ = folder_ / "admin.sock";
    lang::Site site_;
    std::array<int, 2> ports_{};
    std::array<std::unique_ptr<Listener>, 2> software_;
    std::unique_ptr<Daemon> process_;
    std::unique_ptr<runtime::Scheduler> scheduler_ = runtime::real_scheduler();
    runtime::Stop stop_;
    Side real_{site_, *scheduler_, stop_, runtime::local_connections(*scheduler_, stop_)};
    std::unique_ptr<Simulated> model_;
    std::string version_;
    std::vector<std::string> steps_;
};

}  // namespace

std::unique_ptr<System> haproxy() { return std::make_unique<Haproxy>(); }

}  // namespace fidelity
