// A site as its file declares it: machines, how they are reached, what is true of them.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lang/model/value.hpp"
#include "lang/text/source.hpp"

namespace lang {

enum class Os { Linux, Windows };
enum class Via { Ssh, Local, Simulated };
enum class Become { None, Sudo };

/// Where the bytes of a secret come from. They are read once, when a run first needs them.
struct SecretSource {
    enum class From { Prompt, Environment, File, Command };
    std::string name;
    From from = From::Prompt;
    std::string argument;  ///< the prompt's text, the variable, the path (owner-only), the command (run by sh, here)
    Span span;
};

/// One machine, with what `connect` said for its operating system filled in.
struct Host {
    std::string name;
    std::string address;  ///< as written; the name, where the site gives none
    Os os = Os::Linux;
    Via via = Via::Ssh;
    Become become = Become::None;
    std::string user;                          ///< empty: as ~/.ssh/config or the local user says
    int port = 0;                              ///< 0: as ~/.ssh/config says, or 22
    std::string jump;                          ///< "user@host:port,…", nearest first; empty: as ~/.ssh/config says
    std::string key;                           ///< a key file; empty: as ~/.ssh/config and the agent say
    std::optional<std::string> password;       ///< name of the secret for the SSH log-in
    std::optional<std::string> sudo_password;  ///< name of the secret for sudo; without one `sudo -n`
    std::map<std::string, Value> facts;        ///< every declared fact, defaults filled in; `name` and `address` too
    Span span;
};

struct Group {
    std::string name;
    std::vector<const Host*> hosts;
    Span span;
};

/// Machines that make up one service together. `kind` names the system: "pacemaker", "mysql", "haproxy".
/// A declaration with errors leaves a cluster without a kind behind: what it would have said is not known.
struct Cluster {
    std::string name;
    std::string kind;
    std::vector<const Host*> nodes;
    std::vector<const Host*> more_machines = {};  ///< of entries whose hosts are its machines too (ClusterEntry::machines)
    std::map<std::string, Value> settings;        ///< everything else that was written, texts, ints, lists, hosts
    Span span;
};

/// A state in which a rehearsal may start: the healthy site, after a procedure was run on it, with troubles injected.
struct Scene {
    std::string name;
    std::optional<std::string> after;   ///< path of a procedure, relative to the site file
    std::vector<std::string> troubles;  ///< "acd-store1: drbd standalone"
    Span span;
};

/// What simulated machines say to a command or a request where no model knows it, and how that changes.
struct SimulatedReply {
    struct Said {
        bool refused = false;  ///< of a request: nobody listens
        int status = 0;        ///< an exit status, or that of HTTP
        std::string text;
    };
    struct Change {
        std::string after;            ///< a command or a request
        std::vector<const Host*> on;  ///< empty: the machine that says it
        Said said;
    };
    std::string asked;  ///< as it is sent; of a request without the machine's address: "GET http://:8080/health", "tcp://:5432"
    std::vector<const Host*> hosts;
    Said said;  ///< at first
    std::vector<Change> changes;
    std::string place;  ///< "site.proc:12"
    Span span;
};

/// Is it a request to a port of a machine, as such a reply names it?
bool is_request(std::string_view asked);

/// Who is told of a run, of what, and how.
struct Notified {
    enum class Way { Mail, Webhook, Command };
    enum class About { Begin, Question, Failure, End, Watch };
    std::string name;
    Way way = Way::Mail;
    std::set<About> about;                     ///< never empty
    std::string server;                        ///< of mail: "smtp://mail.example.org:587"; of a webhook its URL, where that is no secret
    std::optional<std::string> server_secret;  ///< of a webhook: the secret that its URL is
    bool plain = false;                        ///< of mail: without TLS
    std::vector<std::string> to;
    std::string from;
    std::string user;
    std::optional<std::string> password;  ///< the secret of the log-in to the mail server
    std::optional<std::string> token;     ///< the secret that is a webhook's bearer token
    std::string body;                     ///< of a webhook: JSON in which `$title`, `$text` and the like are values
    std::string ca_file;                  ///< PEM of who vouches for the server; empty: whom this machine believes
    std::vector<std::string> command;     ///< a program and its arguments; the text is its standard input
    Span span;
};

struct FactDeclaration {
    std::string name;
    Type type;
    std::optional<Value> default_value;
    Span span;
};

struct Site {
    std::string name;  ///< as `site "…"` says; empty where there is none
    std::string path;
    std::vector<FactDeclaration> facts;
    std::vector<SecretSource> secrets;
    std::vector<std::unique_ptr<Host>> hosts;  ///< addresses stay valid for the life of the site
    std::vector<Group> groups;
    std::vector<Cluster> clusters;
    std::vector<Notified> notified;
    std::vector<Scene> scenes;
    std::vector<SimulatedReply> replies;
    std::vector<const Host*> lock_hosts;  ///< in the order of their names; empty: the site has no lock
    std::string lock_id;                  ///< empty: whoever has a lock on one of these machines has this one
    Span lock_span;
    std::map<std::string, const Host*, std::less<>> hosts_by_name;  ///< for find_host; none where the site was made without a text

    const Host* find_host(std::string_view name) const;
    const Group* find_group(std::string_view name) const;
    const Cluster* find_cluster(std::string_view name) const;
    const Scene* find_scene(std::string_view name) const;
};

/// All machines that make up a cluster, whatever their part there is: node, replica, server.
std::set<const Host*> members_of(const Cluster&);
/// The hosts and every machine that makes up a cluster with one of them.
std::set<const Host*> cluster_peers(const std::set<const Host*>&, const Site&);
/// The machines on which a cluster's own software runs: its nodes and, of databases, its replicas; not the servers behind a load balancer.
std::vector<const Host*> machines_of(const Cluster&);
/// Is it one of those of a cluster of this kind?
bool is_of_cluster(const Site&, const Host&, std::string_view kind);

}  // namespace lang
