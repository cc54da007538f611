// A log-in with keys and user certificates, of files and of an agent.
#pragma once

#include <set>

#include "runtime/connection/ssh/login/conversation.hpp"
#include "runtime/connection/ssh/trust/certificate.hpp"
#include "runtime/connection/ssh/trust/offer.hpp"

namespace runtime {

class LoginKeys {
  public:
    explicit LoginKeys(LoginConversation& login) : login_(login) {}

    /// With the key that the site names: its certificates first, and an agent that holds it before a person is asked for its passphrase.
    void with_the_sites();
    /// With the key that the last host took, those of the agent, and the files that the configuration names, in this order.
    void with_what_there_is();

  private:
    void with_file(const std::string& path);
    void with_certificate(const std::string& path, const std::string& file);
    void with_agent(const std::vector<std::string>& files, bool only);
    AgentOffer::Wanted wanted_of_agent(const std::vector<std::string>& files, bool only) const;
    std::vector<std::string> certificates_of(const std::string& path) const;
    bool is_known_refused(const std::string& path) const;

    LoginConversation& login_;
    std::set<std::string> refused_;      ///< keys, as bytes, that the server did not want when the agent offered them
    std::set<std::string> tried_files_;  ///< key files and certificates
};

}  // namespace runtime
