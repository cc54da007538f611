#include "runtime/connection/ssh/login/public_keys.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "runtime/connection/ssh/trust/agent.hpp"

namespace runtime {

namespace {

/// An agent gets half of the time that is left, and no more than this: the key files want their turn.
constexpr Duration agent_patience = std::chrono::seconds{15};

bool is_there(const std::string& path) {
    struct stat file {};
    return stat(path.c_str(), &file) == 0;
}

}  // namespace

void LoginKeys::with_the_sites() {
    const std::string& path = login_.target.key;
    if (!login_.route.settings.agent.empty() && login_.client.keys.locked(path)) with_agent({path}, true);
    if (!login_.done()) with_file(path);
}

void LoginKeys::with_what_there_is() {
    const HostSettings& settings = login_.route.settings;
    if (!settings.keys)
        return login_.failed("keys", "not tried: the configuration of ssh forbids it (PubkeyAuthentication, PreferredAuthentications)");
    const std::string last = login_.client.keys.last_good();
    const bool may_use_last =
        !settings.only_identities || std::find(settings.identities.begin(), settings.identities.end(), last) != settings.identities.end();
    if (!last.empty() && may_use_last && is_there(last)) with_file(last);
    if (!login_.done()) with_agent(settings.identities, settings.only_identities);
    for (const std::string& path : settings.identities) {
        if (login_.done()) return;
        // That a usual key is not there is no news; one that somebody has named should be.
        if (is_there(path) || is_there(path + ".pub"))
            with_file(path);
        else if (!settings.is_usual(path))
            login_.failed(fmt::format("key {}", path), strerrordesc_np(ENOENT));
    }
    if (tried_files_.empty() && !login_.done())
        login_.failed("key files", settings.identities.empty() ? "the configuration of ssh names none"
                                                               : fmt::format("none of {} is there", fmt::join(settings.identities, ", ")));
}

/// As ssh does: what a certificate opens needs no key that is known by itself. It lies beside the key, or the configuration names it.
std::vector<std::string> LoginKeys::certificates_of(const std::string& path) const {
    std::vector<std::string> files = login_.route.settings.certificates;
    if (const std::string beside = path + "-cert.pub"; is_there(beside)) files.insert(files.begin(), beside);
    return files;
}

void LoginKeys::with_file(const std::string& path) {
    if (!tried_files_.insert(path).second) return;
    for (const std::string& file : certificates_of(path)) with_certificate(path, file);
    if (login_.done()) return;
    const std::string way = fmt::format("key {}", path);
    if (is_known_refused(path)) return login_.failed(way, "refused when the agent offered it");
    if (const SshKey half = login_.client.keys.locked(path); half && !login_.wants(half.get(), way)) return;
    const SshKeys::Loaded loaded = login_.client.keys.load(path);
    if (!loaded.key) return login_.failed(way, loaded.why);
    if (login_.ask(way, [&] { return ssh_userauth_publickey(login_.session.raw(), nullptr, loaded.key.get()); }))
        login_.client.keys.was_good(path);
}

void LoginKeys::with_certificate(const std::string& path, const std::string& file) {
    if (login_.done()) return;
    const std::string way = fmt::format("certificate {}", file);
    const UserCertificate certificate = UserCertificate::read(file);
    if (!certificate.key) {
        if (tried_files_.insert(file).second) login_.failed(way, certificate.why);
        return;
    }
    // One that the configuration names may be for another of the keys.
    SshKey key = SshKeys::public_half(path);
    if (!key) key = login_.client.keys.load(path).key;
    if (certificate.terms.key != blob_of(key)) {
        const bool is_beside = file == path + "-cert.pub";
        if (is_beside) login_.failed(way, fmt::format("it is not for the key {}", path));
        return;
    }
    if (!tried_files_.insert(file).second || refused_.contains(certificate.blob)) return;
    if (!login_.wants(certificate.key.get(), way)) {
        if (const auto objection = certificate.terms.objection(login_.route.user, login_.client.scheduler.wall()))
            login_.failed_instead(way, "refused: " + *objection);
        return;
    }
    const SshKeys::Loaded loaded = login_.client.keys.load(path);
    if (!loaded.key) return login_.failed(way, loaded.why);
    const SshKey both = certificate.with(loaded.key);
    if (!both) return login_.failed(way, fmt::format("it is not for the key {}", path));
    if (login_.ask(way, [&] { return ssh_userauth_publickey(login_.session.raw(), nullptr, both.get()); }))
        login_.client.keys.was_good(path);
}

bool LoginKeys::is_known_refused(const std::string& path) const { return refused_.contains(blob_of(SshKeys::public_half(path))); }

AgentOffer::Wanted LoginKeys::wanted_of_agent(const std::vector<std::string>& files, bool only) const {
    AgentOffer::Wanted wanted{.only = only};
    std::set<std::string> certificates;
    for (const std::string& path : files) {
        if (const SshKey half = SshKeys::public_half(path)) wanted.first.push_back(blob_of(half));
        for (const std::string& file : certificates_of(path)) certificates.insert(file);
    }
    certificates.insert(login_.route.settings.certificates.begin(), login_.route.settings.certificates.end());
    for (const std::string& file : certificates)
        if (const UserCertificate certificate = UserCertificate::read(file); certificate.key)
            wanted.certificates.push_back({certificate.blob, certificate.terms.key});
    return wanted;
}

void LoginKeys::with_agent(const std::vector<std::string>& files, bool only) {
    const std::string& socket = login_.route.settings.agent;
    if (socket.empty()) return login_.failed("ssh-agent", login_.route.settings.why_no_agent);
    const std::string way = fmt::format("the ssh-agent at {}", socket);
    AgentOffer offer(wanted_of_agent(files, only));
    {
        const Time now = login_.client.scheduler.now();
        SshAgent agent(login_.session.raw(), socket, offer, now + std::min((login_.until - now) / 2, agent_patience),
                       login_.client.scheduler, login_.client.stop);
        if (agent.why_not()) return login_.failed(way, *agent.why_not());
        login_.ask(way, [&] { return ssh_userauth_agent(login_.session.raw(), nullptr); });
        if (!login_.is_in() && agent.is_silent()) return login_.failed_instead(way, "it does not answer");
    }
    if (login_.is_in() || login_.is_out_of_time()) return;
    if (offer.held() == 0)
        login_.failed_instead(way, "it holds no key");
    else if (offer.offered() == 0)
        login_.failed_instead(way, fmt::format("none of its {} keys is one of {}", offer.held(), fmt::join(files, ", ")));
    else
        login_.failed_instead(way, fmt::format("refused ({} of its keys and certificates)", offer.offered()));
    refused_ = offer.refused();
}

}  // namespace runtime
