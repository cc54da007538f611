// The simulated site in another process.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "rehearsal/serve/socket.hpp"
#include "rehearsal/site.hpp"

namespace rehearsal {

/// Connects when it is first needed, and again when the link is lost. A site that does not answer is like a network that is
/// down; a command whose answer did not come may have run.
class RemoteSite final : public SimulatedSite {
  public:
    explicit RemoteSite(std::string socket_path) : path_(std::move(socket_path)) {}
    Reachability reach(const lang::Host&, lang::Time at) override;
    Answer run(const lang::Host&, const runtime::Line&, lang::Time at) override;
    lang::Time now() override;  ///< `first_moment` where the site does not answer
    /// Is anybody there?
    bool answers();

    std::optional<std::string> inject(std::string_view trouble, Fault, lang::Time at) override;
    std::optional<std::vector<std::string>> troubles(lang::Time at) override;
    std::optional<std::map<std::string, std::string>> snapshot(lang::Time at);

  private:
    struct Exchange {
        Message answer;     ///< empty: none came
        bool sent = false;  ///< some of the request went out
    };
    Exchange ask(const Message& request);

    const std::string path_;
    std::mutex mutex_;
    Descriptor socket_;
};

}  // namespace rehearsal
