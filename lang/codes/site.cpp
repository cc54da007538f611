// E04xx: sites: hosts, facts, groups, clusters, secrets, scenes.
#include <array>

#include "lang/codes/explanations.hpp"

namespace lang::codes {

namespace {

constexpr std::array site_table{
    Code{"E0401", "a file that cannot be read",
         "The procedure is named on the command line; the site by `--site FILE`, else it is `site.proc` beside the procedure. Paths in a "
         "file are taken from where that file is.",
         "import \"nowhere.proc\"", "import \"software.proc\""},
    Code{"E0402", "imports go in a circle",
         "A file is imported once, and never by what it imports itself. What both need goes into a third file.", "", ""},
    Code{"E0403", "a statement that would never run",
         "A site and an imported file hold declarations only. What a procedure shall do with them is a `define action` there, and a call "
         "here.",
         "", ""},
    Code{"E0404", "a secret from nowhere", "A secret comes from a prompt, an environment variable, a file, or the output of a command.",
         "secret pw from \"hunter2\"", "secret pw from file \"/etc/procrun/pw\""},
    Code{"E0405", "an entry that is not known",
         "`connect`, `host` and `cluster` take the entries that the manual lists; a host also takes every declared fact.",
         "host acd-jb1 { adress \"10.1.1.21\" }", "host acd-jb1 { address \"10.1.1.21\" }"},
    Code{"E0406", "an entry with a wrong value", "The message says what the entry takes.", "host acd-jb1 { os solaris }",
         "host acd-jb1 { os linux }"},
    Code{"E0407", "said twice", "An entry, a default of `connect`, a host of a group and the name of the site are said once.",
         "group jb = acd-jb1, acd-jb1", "group jb = acd-jb1"},
    Code{"E0408", "a host lacks a fact",
         "A declared fact is true of every host: each says it, unless the declaration has a default. So a condition over facts never meets "
         "a host without.",
         "fact vm_host: int\nhost acd-jb1 { address \"10.1.1.21\" }",
         "fact vm_host: int\nhost acd-jb1 { address \"10.1.1.21\"  vm_host 1 }"},
    Code{"E0409", "the site lacks a fact", "The procedure needs a fact that the site does not declare.", "", ""},
    Code{"E0410", "the site lacks a group",
         "The procedure needs a group that the site does not have. A group that is empty on purpose is declared so, which is no accident.",
         "", "group chat = nobody"},
    Code{"E0411", "the site lacks a query",
         "The procedure needs to ask something that only the site knows how to ask. (An action that a site does not define becomes a step "
         "for a person; what a person would have to look up again and again does not.)",
         "", "define power_is_off(machine: host): bool = shell.query(\"virsh domstate ${machine.name}\").line(1) on esx1 == \"shut off\""},
    Code{"E0412", "needed otherwise",
         "What the site has under this name is of another kind, or has other parameters or another type, than the procedure needs.", "",
         ""},
    Code{"E0413", "no name or type for a fact",
         "`name`, `address`, `os` and the entries about the connection belong to every host. Secrets are no facts: facts are shown.",
         "fact port: int", "fact sip_port: int"},
    Code{"E0414", "a cluster that does not say enough", "A cluster says its kind (pacemaker, mysql, haproxy) and its nodes.",
         "cluster storage { nodes stores }", "cluster storage { kind pacemaker  nodes stores }"},
    Code{
        "E0415", "a scene that cannot be set",
        "A scene is the healthy site, after a procedure was run on it, with troubles injected: \"HOST: what is wrong there\". The troubles "
        "that there are are listed by `procrun docs troubles`. A rehearsal starts in one scene.",
        "scene \"split\" = \"nobody: drbd standalone\"", "scene \"split\" = \"acd-store1: drbd standalone\""},
    Code{"E0416", "a host that cannot keep the lock",
         "A run keeps its lock on the disks of the site's lock hosts, so that no second one begins. That is written for "
         "Linux. Two names of one machine would be one disk: the run would take its own word for another run's.",
         "lock acd-tel1", "lock acd-lb1, acd-lb2"},
    Code{"E0417", "a name that the site's clusters do not have",
         "Where the clusters of a site list their nodes, Pacemaker and DRBD resources, back ends or the servers behind a load balancer, a "
         "procedure names one of them. A machine is judged by the clusters that it is a node of.",
         "on acd-store1 { drbd.connect(\"ro\") }", "on acd-store1 { drbd.connect(\"r0\") }"},
    Code{"E0418", "a verb on a machine of no such cluster",
         "`pcs`, `mysql` and `haproxy` are for the machines of clusters of the kind pacemaker, mysql and haproxy. Where a site has such "
         "clusters, they are used on these machines: the nodes, and of databases the replicas. The servers behind a load balancer are not "
         "its nodes. A site that has no cluster of the kind leaves it to the procedure.",
         "require mysql.read_only() on acd-jb1", "require mysql.read_only() on acd-dbm1"},
    Code{"E0419", "a reply that no machine gives",
         "A `reply` says what a simulated machine answers to a command or a request, where no model knows it. A command has an exit "
         "status, 0 "
         "where none is written; a request over HTTP has a status, 200 where none is written, or is refused; a connection has a text, or "
         "is refused. A request is written without the machine's address, which stands behind `on`.",
         "reply \"psql -l\" on acd-dbm1 = refused", "reply \"psql -l\" on acd-dbm1 = 2 \"psql: error: connection refused\""},
    Code{"E0421", "a `notify` that does not say enough",
         "A site says who is told of a run: `by mail` with `server`, `from` and `to`, `by webhook` with a `url`, `by command` with a "
         "`command`, which gets the text on its standard input. `about` says of what; without it, of everything.",
         "notify ops { by mail  to \"ops@example.org\" }",
         "notify ops { by mail  server \"smtp://mail.example.org:587\"  from \"procrun@example.org\"  to \"ops@example.org\" }"},
    Code{
        "E0429", "no id for a lock",
        "The id of a lock is a part of a path on the lock hosts: 1 to 40 letters, digits and `-`. A site needs one only where another site "
        "that has nothing to do with it has its lock on one of these machines: without ids the two exclude each other.",
        "lock acd-lb1, acd-lb2 as \"the ACD\"", "lock acd-lb1, acd-lb2 as \"acd\""},
    Code{"E0430", "there is no site",
         "The procedure says what it needs of a site: groups, facts, queries. Without a site nothing of it is there. A site is named with "
         "--site FILE, or it is the file `site.proc` beside the procedure; its declarations may also stand in the procedure itself.",
         "needs group web\non web { systemd.stop(\"nginx\") }",
         "host web1 { address \"10.0.0.11\" }\ngroup web = web1\non web { systemd.stop(\"nginx\") }"},
};

}  // namespace

std::span<const Code> site() { return site_table; }

}  // namespace lang::codes
