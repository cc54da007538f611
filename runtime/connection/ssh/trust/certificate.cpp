#include "runtime/connection/ssh/trust/certificate.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "runtime/connection/ssh/trust/wire.hpp"
#include "runtime/file.hpp"

namespace runtime {

namespace {

struct CertificateKind {
    std::string_view certificate, key;  ///< how the two call themselves
    int fields;                         ///< how many strings the public key has behind its type
};
constexpr std::array<CertificateKind, 8> certificate_kinds{
    {{"ssh-rsa-cert-v01@openssh.com", "ssh-rsa", 2},
     {"ssh-dss-cert-v01@openssh.com", "ssh-dss", 4},
     {"ecdsa-sha2-nistp256-cert-v01@openssh.com", "ecdsa-sha2-nistp256", 2},
     {"ecdsa-sha2-nistp384-cert-v01@openssh.com", "ecdsa-sha2-nistp384", 2},
     {"ecdsa-sha2-nistp521-cert-v01@openssh.com", "ecdsa-sha2-nistp521", 2},
     {"ssh-ed25519-cert-v01@openssh.com", "ssh-ed25519", 1},
     {"sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", 3},
     {"sk-ssh-ed25519-cert-v01@openssh.com", "sk-ssh-ed25519@openssh.com", 2}}};

std::string day_and_time(std::uint64_t seconds) {
    return fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

}  // namespace

std::optional<CertificateTerms> CertificateTerms::of(std::string_view blob) {
    const std::string_view type = take_string(blob);
    const auto* kind = std::find_if(certificate_kinds.begin(), certificate_kinds.end(),
                                    [&](const CertificateKind& one) { return one.certificate == type; });
    if (kind == certificate_kinds.end()) return std::nullopt;
    CertificateTerms terms;
    take_string(blob);  // a nonce
    terms.key = with_size(kind->key);
    for (int i = 0; i < kind->fields; ++i) terms.key += with_size(take_string(blob));
    take_number(blob, 8);  // its serial number
    terms.for_users = take_number(blob, 4) == 1;
    take_string(blob);  // what the authority calls it
    std::string_view principals = take_string(blob);
    while (!principals.empty()) terms.principals.emplace_back(take_string(principals));
    terms.after = take_number(blob, 8);
    if (blob.size() < 8) return std::nullopt;
    terms.before = take_number(blob, 8);
    return terms;
}

std::optional<std::string> CertificateTerms::objection(const std::string& user, Time now) const {
    const auto seconds = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
    if (!for_users) return "it is a certificate for a host, and one for a user is expected";
    if (seconds < after) return fmt::format("it is valid only from {} on", day_and_time(after));
    if (seconds >= before) return fmt::format("it expired at {}", day_and_time(before));
    if (!principals.empty() && std::find(principals.begin(), principals.end(), user) == principals.end())
        return fmt::format("its principals are {}, and {} is not among them", fmt::join(principals, ", "), user);
    return std::nullopt;
}

UserCertificate UserCertificate::read(const std::string& path) {
    UserCertificate certificate;
    struct stat file {};
    ssh_key key = nullptr;
    if (stat(path.c_str(), &file) != 0) {
        certificate.why = strerrordesc_np(errno);
    } else if (const auto no_file = why_no_file(path)) {
        certificate.why = *no_file;
    } else if (ssh_pki_import_cert_file(path.c_str(), &key) != SSH_OK) {
        certificate.why = "this is not a certificate that can be read";
    } else {
        certificate.key = SshKey(key, FreeKey());
        certificate.blob = blob_of(certificate.key);
        if (auto terms = CertificateTerms::of(certificate.blob))
            certificate.terms = std::move(*terms);
        else
            certificate = {.key = nullptr, .why = "this is not a certificate that can be read", .blob = {}, .terms = {}};
    }
    return certificate;
}

SshKey UserCertificate::with(const SshKey& private_key) const {
    if (terms.key != blob_of(private_key)) return nullptr;
    SshKey both(ssh_key_dup(private_key.get()), FreeKey());
    return both && ssh_pki_copy_cert_to_privkey(key.get(), both.get()) == SSH_OK ? both : nullptr;
}

}  // namespace runtime
