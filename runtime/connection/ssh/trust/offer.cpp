#include "runtime/connection/ssh/trust/offer.hpp"

#include <algorithm>
#include <iterator>

#include "runtime/connection/ssh/trust/certificate.hpp"
#include "runtime/connection/ssh/trust/wire.hpp"

namespace runtime {

namespace {

// draft-miller-ssh-agent, section 5.1.
constexpr char identities_answer = 12;
constexpr char sign_request = 13;

/// The key itself, or the one that a certificate speaks for.
std::string plain_key(const std::string& blob) {
    const auto terms = CertificateTerms::of(blob);
    return terms ? terms->key : blob;
}

}  // namespace

std::string AgentOffer::to_agent(std::string message) {
    if (message.empty() || message.front() != sign_request) return message;
    std::string_view rest = std::string_view(message).substr(1);
    const std::string blob(take_string(rest));
    asked_to_sign_.insert(blob);
    for (const Certificate& certificate : wanted_.certificates)
        if (certificate.blob == blob) return std::string(1, sign_request) + with_size(certificate.key).append(rest);
    return message;
}

std::string AgentOffer::from_agent(std::string message) {
    if (message.empty() || message.front() != identities_answer) return message;
    std::string_view rest = std::string_view(message).substr(1);
    std::vector<Identity> identities;
    for (std::uint64_t left = take_number(rest, 4); left > 0 && !rest.empty(); --left) {
        Identity identity;
        identity.blob = take_string(rest);
        identity.comment = take_string(rest);
        identities.push_back(std::move(identity));
    }
    held_ = identities.size();

    std::vector<Identity> all;
    for (const Identity& identity : identities) {
        for (const Certificate& certificate : wanted_.certificates)
            if (certificate.key == identity.blob) all.push_back({certificate.blob, identity.comment});
        all.push_back(identity);
    }
    std::erase_if(all, [&](const Identity& identity) { return !is_wanted(identity); });
    std::stable_sort(all.begin(), all.end(), [&](const Identity& one, const Identity& other) { return place(one) < place(other); });

    std::string list;
    offered_.clear();
    for (const Identity& identity : all)  // a certificate that lies in a file may be in the agent, too
        if (offered_.insert(identity.blob).second) list += with_size(identity.blob) + with_size(identity.comment);
    return identities_answer + number_of_four_bytes(offered_.size()) + list;
}

std::set<std::string> AgentOffer::refused() const {
    std::set<std::string> refused;
    std::set_difference(offered_.begin(), offered_.end(), asked_to_sign_.begin(), asked_to_sign_.end(),
                        std::inserter(refused, refused.begin()));
    return refused;
}

/// How far in front: a certificate goes with its key.
std::size_t AgentOffer::place(const Identity& identity) const {
    const auto found = std::find(wanted_.first.begin(), wanted_.first.end(), plain_key(identity.blob));
    return static_cast<std::size_t>(found - wanted_.first.begin());
}

bool AgentOffer::is_wanted(const Identity& identity) const {
    return !wanted_.only || place(identity) < wanted_.first.size() ||
           std::any_of(wanted_.certificates.begin(), wanted_.certificates.end(),
                       [&](const Certificate& certificate) { return certificate.blob == identity.blob; });
}

}  // namespace runtime
