#include "runtime/connection/ssh/configuration/host_settings.hpp"

#include <cstdlib>
#include <set>

namespace runtime {

bool HostSettings::is_usual(const std::string& identity) {
    static const std::set<std::string_view> usual{"id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_xmss", "id_dsa"};
    return usual.contains(std::string_view(identity).substr(identity.rfind('/') + 1));
}

void HostSettings::take_agent(const std::string& named) {
    const char* usual = std::getenv("SSH_AUTH_SOCK");
    agent.clear();
    if (named == "none") {
        why_no_agent = "none: the configuration of ssh says IdentityAgent none";
    } else if (named.empty() || named == "SSH_AUTH_SOCK" || named == "$SSH_AUTH_SOCK" || named == "${SSH_AUTH_SOCK}") {
        agent = usual == nullptr ? "" : usual;
        why_no_agent = "none: SSH_AUTH_SOCK is not set";
    } else {
        agent = named;
    }
}

std::string HostSettings::told(SshRemedy::When when) const {
    std::string text;
    for (const SshRemedy& remedy : remedies)
        if (remedy.when == when) text += ". " + remedy.text;
    return text;
}

}  // namespace runtime
