// Which keys of an ssh-agent a server is offered, and in which order: as ssh does it.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace runtime {

/// Stands in the conversation of libssh with an agent. libssh by itself would offer all that the agent holds, in the agent's order, and a
/// server ends the connection after a few keys that it does not want (MaxAuthTries). Keys and certificates are bytes, as agents have them.
class AgentOffer {
  public:
    struct Certificate {
        std::string blob;
        std::string key;  ///< that it speaks for: who asks for a signature by the certificate gets one by this
    };
    struct Wanted {
        std::vector<std::string> first = {};         ///< before all others, in this order
        bool only = false;                           ///< and no others: IdentitiesOnly
        std::vector<Certificate> certificates = {};  ///< of files: offered before their key where the agent holds that
    };
    explicit AgentOffer(Wanted wanted) : wanted_(std::move(wanted)) {}

    /// A whole message, without the size in front, on its way to the agent, and one on its way back.
    std::string to_agent(std::string message);
    std::string from_agent(std::string message);

    /// How many keys and certificates the agent holds, and how many of them the server was offered.
    std::size_t held() const { return held_; }
    std::size_t offered() const { return offered_.size(); }
    /// What the server was offered and did not want a signature by.
    std::set<std::string> refused() const;

  private:
    struct Identity {
        std::string blob, comment;
    };
    bool is_wanted(const Identity&) const;
    std::size_t place(const Identity&) const;

    Wanted wanted_;
    std::size_t held_ = 0;
    std::set<std::string> offered_, asked_to_sign_;
};

}  // namespace runtime
