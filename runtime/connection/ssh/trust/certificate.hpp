// User certificates: which key one speaks for, for whom, and how long (PROTOCOL.certkeys of OpenSSH).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/connection/ssh/trust/keys.hpp"
#include "runtime/scheduler.hpp"

namespace runtime {

/// The terms of a certificate, out of the bytes that its file and an agent have.
struct CertificateTerms {
    std::string key;                      ///< the bytes of the plain public key that it speaks for
    bool for_users = true;                ///< false: it is a host's
    std::vector<std::string> principals;  ///< whom it lets in as; empty: anybody
    std::uint64_t after = 0, before = 0;  ///< in seconds since 1970: valid from the one until before the other

    /// Nothing where the bytes are no certificate.
    static std::optional<CertificateTerms> of(std::string_view blob);
    /// Why a server may have refused it that was asked for `user` at `now`, in a few words; nothing where the terms allow it.
    std::optional<std::string> objection(const std::string& user, Time now) const;
};

/// One that lies in a file, without a private key.
struct UserCertificate {
    SshKey key;       ///< none: `why` says why
    std::string why;  ///< "no such file"
    std::string blob;
    CertificateTerms terms;

    static UserCertificate read(const std::string& path);
    /// The private key as the certificate speaks for it; none where it is another key's.
    SshKey with(const SshKey& private_key) const;
};

}  // namespace runtime
