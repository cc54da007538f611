// The site of procedures/jtel, with real machines.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/real/fleet.hpp"
#include "tests/real/jtel/hypervisor.hpp"
#include "tests/real/linux/machine.hpp"
#include "tests/real/windows/host.hpp"

namespace real {

/// Every machine of the shipped site file is one that procrun reaches over SSH and really powers off: those with Linux have a systemd of
/// their own, those with Windows a service manager of Wine's. Real are, on them: the vendor's units (something that listens), MariaDB
/// (two masters of each other, a replica of each), HAProxy (both load balancers, checking the units and MariaDB) and the Windows
/// services. Stand-ins are DRBD, Pacemaker and `virsh`: their programs are there and answer from a simulated site, a process of its own
/// in which a minute takes a second.
class JtelSite {
  public:
    /// What is missing here to have one. Nothing where all is there.
    static std::optional<std::string> why_not();

    JtelSite();
    ~JtelSite();
    JtelSite(const JtelSite&) = delete;

    /// The folder of the procedures as they are shipped, but for how long a state must hold and how often it is looked at: seconds
    /// here, instead of tens of seconds. Its site.proc is the shipped one, with the addresses of the machines here.
    std::string procedures() const { return folder_ / "procedures/jtel/"; }
    Machine& machine(const std::string& name) { return *machines_.at(name); }
    bool is_off(const std::string& name) { return is_windows(name) ? windows_.at(name)->is_off() : machine(name).is_off(); }
    const std::vector<std::string>& names() const { return names_; }
    /// Those whose fact `vm_host` is this.
    std::vector<std::string> of_side(int vm_host) const;
    /// Runs `procrun FILE` with all sign-offs given, and waits for its end. Its output is in `output()`.
    int run(const std::string& file, const std::vector<std::string>& parameters = {});
    /// Runs `procrun new site` on all machines, and gives the file that it wrote, on one line with single blanks; the test fails where it
    /// did not.
    std::string new_site();
    std::string output() const { return support::read_file(folder_ / "output"); }

    /// What the systems themselves say, asked on the machine and behind the back of SSH.
    std::string haproxy(const std::string& balancer, const std::string& server);  ///< "UP", "MAINT"
    std::string mariadb(const std::string& machine, const std::string& column);   ///< of SHOW SLAVE STATUS
    std::string service(const std::string& machine, const std::string& service);  ///< "RUNNING"
    /// What the simulated site says of its own: "acd-store1 drbd r0".
    std::map<std::string, std::string> simulated();

  private:
    void read_site();
    static bool is_windows(const std::string& name) { return name.starts_with("acd-tel"); }
    void make_windows(const std::string& name);
    void make_machine(const std::string& name);
    void power_on(const std::string& name) { is_windows(name) ? windows_.at(name)->power_on() : machine(name).power_on(); }
    void make_software(Machine&, const std::string& unit);
    void make_database(Machine&);
    void make_balancer(Machine&);
    void write_procedures() const;
    void replicate(const std::string& replica, const std::string& source);
    std::map<std::string, std::string> environment(const std::string& socket) const;

    Folder folder_;
    Pace pace_;
    support::SshHome home_;
    std::string site_text_;
    std::vector<std::string> names_;  ///< in the order of the site
    std::map<std::string, int> side_;
    std::map<std::string, std::string> unit_;
    std::unique_ptr<Daemon> simulated_;
    std::map<std::string, std::unique_ptr<Machine>> machines_;
    std::map<std::string, std::unique_ptr<WindowsHost>> windows_;
    std::unique_ptr<Fleet> hypervisors_;
    std::unique_ptr<Hypervisor> hypervisor_;
};

}  // namespace real
