#include "runtime/connection/ssh/configuration/keywords.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace runtime {

namespace {

constexpr auto honoured = SshKeyword::Treatment::Honoured;
constexpr auto is_told = SshKeyword::Treatment::Told;
constexpr auto meaningless = SshKeyword::Treatment::Meaningless;
using When = SshRemedy::When;

constexpr std::string_view by_ssh = "`ssh -G` has done it when it answers";
constexpr std::string_view known_only = "only machines that known_hosts knows are logged in to";
constexpr std::string_view no_forwarding = "nothing is forwarded";
constexpr std::string_view no_terminal = "no session of a person is opened";
constexpr std::string_view no_sharing = "each process has links of its own";
constexpr std::string_view old_name = "an old name, which `ssh -G` prints by its new one";
constexpr std::string_view gone = "ssh itself does nothing about it any more";
constexpr std::string_view not_sent = "commands get the environment that the machine gives them";
constexpr std::string_view read_only = "known_hosts is read and never written";
constexpr std::string_view own_patience = "a peer that says nothing is asked after 15 s and given up after 45 s";

constexpr std::array keywords{
    SshKeyword{"Host", honoured, by_ssh},
    SshKeyword{"Match", honoured, by_ssh},
    SshKeyword{"Include", honoured, by_ssh},
    SshKeyword{"Tag", honoured, by_ssh},
    SshKeyword{"IgnoreUnknown", honoured, by_ssh},
    SshKeyword{"CanonicalDomains", honoured, by_ssh},
    SshKeyword{"CanonicalizeFallbackLocal", honoured, by_ssh},
    SshKeyword{"CanonicalizeHostname", honoured, by_ssh},
    SshKeyword{"CanonicalizeMaxDots", honoured, by_ssh},
    SshKeyword{"CanonicalizePermittedCNAMEs", honoured, by_ssh},

    SshKeyword{"Hostname", honoured, "what is connected to"},
    SshKeyword{"Port", honoured, "the site's `port` goes before"},
    SshKeyword{"User", honoured, "the site's `user` goes before"},
    SshKeyword{"ProxyJump", honoured, "one link to each jump host, for all machines behind it; the site's `jump` goes before"},
    SshKeyword{"ProxyCommand", honoured, "runs as long as the link; the site's `jump` goes before"},
    SshKeyword{"ConnectTimeout", honoured, "until TCP is connected; the statement's own time goes before"},
    SshKeyword{"Compression", honoured, "yes or no"},
    SshKeyword{"Ciphers", honoured, "those that libssh has"},
    SshKeyword{"MACs", honoured, "those that libssh has"},
    SshKeyword{"KexAlgorithms", honoured, "those that libssh has"},
    SshKeyword{"HostKeyAlgorithms", honoured,
               "those that libssh has, which is none for host certificates; first those of a key that is known"},
    SshKeyword{"PubkeyAcceptedAlgorithms", honoured, "those that libssh has"},
    SshKeyword{"RequiredRSASize", honoured, "keys that are smaller are not used"},

    SshKeyword{"IdentityFile", honoured, "all, in their order, with their certificates; the site's `key` goes before"},
    SshKeyword{"CertificateFile", honoured, "all, with the key of a file or of an agent; the tokens %C and %j stay as they are"},
    SshKeyword{"IdentitiesOnly", honoured, "of an agent only the keys of these files"},
    SshKeyword{"IdentityAgent", honoured, "one that does not answer costs half of the time, 15 s at most"},
    SshKeyword{"PubkeyAuthentication", honoured, "yes or no"},
    SshKeyword{"PasswordAuthentication", honoured, "yes or no"},
    SshKeyword{"KbdInteractiveAuthentication", honoured, "yes or no"},
    SshKeyword{"PreferredAuthentications", honoured, "what is not in it is not tried; keys are before passwords"},
    SshKeyword{"BatchMode", honoured, "nobody is asked for a password; for a passphrase a person is"},

    SshKeyword{"UserKnownHostsFile", honoured, "all of them"},
    SshKeyword{"GlobalKnownHostsFile", honoured, "all of them"},
    SshKeyword{"HostKeyAlias", honoured, "the name in known_hosts"},

    SshKeyword{"ProxyUseFdpass", is_told,
               "a socket that the ProxyCommand passes on cannot be taken: name one that carries the bytes itself", ",no,false,",
               When::Always},
    SshKeyword{"RefuseConnection", is_told, "the configuration wants nobody to connect: take the line out for this machine", ",none,,",
               When::Always},
    SshKeyword{"RevokedHostKeys", is_told,
               "procrun does not read such a list: write its keys into known_hosts, each as `@revoked * KEY`, and take the line out for "
               "this machine",
               ",none,", When::Always},
    SshKeyword{"AddressFamily", is_told, "procrun tries all addresses of a name: give the site the one that shall be used", ",any,",
               When::Reach},
    SshKeyword{"BindAddress", is_told,
               "procrun connects from the address that the system chooses: reach the machine by a ProxyCommand, such as "
               "`nc -s ADDRESS %h %p`",
               ",none,", When::Reach},
    SshKeyword{"BindInterface", is_told,
               "procrun connects by the interface that the system chooses: set a route, or reach the machine by a "
               "ProxyCommand",
               ",none,", When::Reach},
    SshKeyword{"KnownHostsCommand", is_told, "procrun does not run it: put the lines that it prints for this machine into known_hosts",
               ",none,", When::HostKey},
    SshKeyword{"VerifyHostKeyDNS", is_told, "a fingerprint in DNS does not count: put the machine's key into known_hosts", ",no,false,",
               When::HostKey},
    SshKeyword{"StrictHostKeyChecking", is_told,
               "only machines that known_hosts knows are logged in to, whatever it says: put the key there", ",yes,true,ask,",
               When::HostKey},
    SshKeyword{"NoHostAuthenticationForLocalhost", is_told, "this machine has to be known like all others: put its key into known_hosts",
               ",no,false,", When::HostKey},
    SshKeyword{"PKCS11Provider", is_told, "keys of a token are used by way of an agent: `ssh-add -s PROVIDER`", ",none,", When::Login},
    SshKeyword{"SecurityKeyProvider", is_told, "keys of a FIDO token are used by way of an agent: `ssh-add KEY`", ",internal,none,",
               When::Login},
    SshKeyword{"HostbasedAuthentication", is_told, "this machine's own key is not used: name a `key` or a `password` in the site",
               ",no,false,", When::Login},
    SshKeyword{"ControlPath", is_told, "a log-in that ssh has open there is not shared: procrun logs in by itself", ",none,", When::Login},
    SshKeyword{"GSSAPIAuthentication", is_told, "Kerberos tickets are not used: name a `key` or a `password` in the site", ",no,false,",
               When::Kerberos},

    SshKeyword{"GSSAPIClientIdentity", meaningless, "tickets are not used"},
    SshKeyword{"GSSAPIDelegateCredentials", meaningless, "tickets are not used"},
    SshKeyword{"GSSAPIKexAlgorithms", meaningless, "tickets are not used"},
    SshKeyword{"GSSAPIKeyExchange", meaningless, "tickets are not used"},
    SshKeyword{"GSSAPIRenewalForcesRekey", meaningless, "tickets are not used"},
    SshKeyword{"GSSAPIServerIdentity", meaningless, "tickets are not used"},
    SshKeyword{"GSSAPITrustDns", meaningless, "tickets are not used"},
    SshKeyword{"EnableSSHKeysign", meaningless, "this machine's own key is not used"},
    SshKeyword{"HostbasedAcceptedAlgorithms", meaningless, "this machine's own key is not used"},
    SshKeyword{"KbdInteractiveDevices", meaningless, "a server's dialogue is answered, whatever asks"},
    SshKeyword{"NumberOfPasswordPrompts", meaningless, "a password is asked for once a log-in, a passphrase three times"},
    SshKeyword{"AddKeysToAgent", meaningless, "a passphrase is asked for once a process anyway"},

    SshKeyword{"CASignatureAlgorithms", meaningless, known_only},
    SshKeyword{"CheckHostIP", meaningless, known_only},
    SshKeyword{"FingerprintHash", meaningless, "fingerprints are shown as SHA256"},
    SshKeyword{"HashKnownHosts", meaningless, read_only},
    SshKeyword{"UpdateHostKeys", meaningless, read_only},
    SshKeyword{"VisualHostKey", meaningless, "fingerprints are shown as SHA256"},

    SshKeyword{"ConnectionAttempts", meaningless, "a server that turns one away is tried for 20 s, and statements have a `retry`"},
    SshKeyword{"ServerAliveCountMax", meaningless, own_patience},
    SshKeyword{"ServerAliveInterval", meaningless, own_patience},
    SshKeyword{"TCPKeepAlive", meaningless, own_patience},
    SshKeyword{"IPQoS", meaningless, "packets are as the system makes them"},
    SshKeyword{"RekeyLimit", meaningless, "keys are agreed on anew when libssh or the server wants it"},
    SshKeyword{"ControlMaster", meaningless, no_sharing},
    SshKeyword{"ControlPersist", meaningless, no_sharing},
    SshKeyword{"VersionAddendum", meaningless, "libssh says its own name"},
    SshKeyword{"WarnWeakCrypto", meaningless, "what is agreed on is not judged"},
    SshKeyword{"ChannelTimeout", meaningless, "each command has a time of its own"},
    SshKeyword{"ObscureKeystrokeTiming", meaningless, no_terminal},

    SshKeyword{"ClearAllForwardings", meaningless, no_forwarding},
    SshKeyword{"DynamicForward", meaningless, no_forwarding},
    SshKeyword{"ExitOnForwardFailure", meaningless, no_forwarding},
    SshKeyword{"ForwardAgent", meaningless, no_forwarding},
    SshKeyword{"ForwardX11", meaningless, no_forwarding},
    SshKeyword{"ForwardX11Timeout", meaningless, no_forwarding},
    SshKeyword{"ForwardX11Trusted", meaningless, no_forwarding},
    SshKeyword{"GatewayPorts", meaningless, no_forwarding},
    SshKeyword{"LocalForward", meaningless, no_forwarding},
    SshKeyword{"PermitRemoteOpen", meaningless, no_forwarding},
    SshKeyword{"RemoteForward", meaningless, no_forwarding},
    SshKeyword{"StreamLocalBindMask", meaningless, no_forwarding},
    SshKeyword{"StreamLocalBindUnlink", meaningless, no_forwarding},
    SshKeyword{"Tunnel", meaningless, no_forwarding},
    SshKeyword{"TunnelDevice", meaningless, no_forwarding},
    SshKeyword{"XAuthLocation", meaningless, no_forwarding},

    SshKeyword{"EnableEscapeCommandline", meaningless, no_terminal},
    SshKeyword{"EscapeChar", meaningless, no_terminal},
    SshKeyword{"ForkAfterAuthentication", meaningless, no_terminal},
    SshKeyword{"LocalCommand", meaningless, "nothing is run here because of a log-in"},
    SshKeyword{"PermitLocalCommand", meaningless, "nothing is run here because of a log-in"},
    SshKeyword{"RemoteCommand", meaningless, "the procedure says what is run"},
    SshKeyword{"RequestTTY", meaningless, no_terminal},
    SshKeyword{"SendEnv", meaningless, not_sent},
    SshKeyword{"SessionType", meaningless, "the procedure says what is run"},
    SshKeyword{"SetEnv", meaningless, not_sent},
    SshKeyword{"StdinNull", meaningless, "a command reads what the procedure gives it"},
    SshKeyword{"LogLevel", meaningless, "the journal has all that was sent"},
    SshKeyword{"LogVerbose", meaningless, "the journal has all that was sent"},
    SshKeyword{"SyslogFacility", meaningless, "the journal has all that was sent"},

    SshKeyword{"ChallengeResponseAuthentication", meaningless, old_name},
    SshKeyword{"DSAAuthentication", meaningless, old_name},
    SshKeyword{"HostbasedKeyTypes", meaningless, old_name},
    SshKeyword{"IdentityFile2", meaningless, old_name},
    SshKeyword{"KeepAlive", meaningless, old_name},
    SshKeyword{"PubkeyAcceptedKeyTypes", meaningless, old_name},
    SshKeyword{"SkeyAuthentication", meaningless, old_name},
    SshKeyword{"SmartcardDevice", meaningless, old_name},
    SshKeyword{"TISAuthentication", meaningless, old_name},
    SshKeyword{"AFSTokenPassing", meaningless, gone},
    SshKeyword{"Cipher", meaningless, gone},
    SshKeyword{"CompressionLevel", meaningless, gone},
    SshKeyword{"FallBackToRsh", meaningless, gone},
    SshKeyword{"GlobalKnownHostsFile2", meaningless, gone},
    SshKeyword{"KerberosAuthentication", meaningless, gone},
    SshKeyword{"KerberosTGTPassing", meaningless, gone},
    SshKeyword{"Protocol", meaningless, gone},
    SshKeyword{"RhostsAuthentication", meaningless, gone},
    SshKeyword{"RhostsRSAAuthentication", meaningless, gone},
    SshKeyword{"RSAAuthentication", meaningless, gone},
    SshKeyword{"UsePrivilegedPort", meaningless, gone},
    SshKeyword{"UserKnownHostsFile2", meaningless, gone},
    SshKeyword{"UseRoaming", meaningless, gone},
    SshKeyword{"UseRsh", meaningless, gone},
};

bool is_same_keyword(std::string_view one, std::string_view other) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(one.begin(), one.end(), other.begin(), other.end(), [&](char a, char b) { return lower(a) == lower(b); });
}

std::string_view when_it_is_told(const SshKeyword& keyword) {
    switch (keyword.when) {
        case When::Always:
            return "nothing is connected to";
        case When::Reach:
            return "told where the machine cannot be reached or does not let us in";
        case When::HostKey:
            return "told where its host key is not known";
        case When::Kerberos:
            return "told where it does not let us in and would take a ticket";
        case When::Login:
            break;
    }
    return "told where it does not let us in";
}

}  // namespace

std::span<const SshKeyword> ssh_keywords() { return keywords; }

std::optional<SshRemedy> remedy_for(std::string_view keyword, std::string_view value) {
    const auto* found =
        std::find_if(keywords.begin(), keywords.end(), [&](const SshKeyword& one) { return is_same_keyword(one.name, keyword); });
    if (found == keywords.end() || found->treatment != is_told) return std::nullopt;
    if (found->harmless.find(fmt::format(",{},", value)) != std::string_view::npos) return std::nullopt;
    return SshRemedy{found->when, fmt::format("The configuration of ssh says {} {}: {}", found->name, value, found->text)};
}

std::string ssh_keywords_table() {
    const auto rows = [](SshKeyword::Treatment treatment, std::string_view heading) {
        std::string text = fmt::format("| {} | |\n|---|---|\n", heading);
        for (const SshKeyword& keyword : keywords)
            if (keyword.treatment == treatment)
                text += fmt::format("| `{}` | {}{} |\n", keyword.name, keyword.text,
                                    treatment == is_told ? fmt::format(" ({})", when_it_is_told(keyword)) : "");
        return text;
    };
    return rows(honoured, "honoured") + "\n" + rows(is_told, "told, with what to do instead") + "\n" +
           rows(meaningless, "without meaning for procrun");
}

}  // namespace runtime
