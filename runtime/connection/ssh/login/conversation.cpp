#include "runtime/connection/ssh/login/conversation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace runtime {

namespace {

/// A server has this long for each of its answers.
constexpr Duration login_patience = std::chrono::seconds{30};

constexpr std::array<std::pair<int, std::string_view>, 5> method_names{{{SSH_AUTH_METHOD_PUBLICKEY, "keys"},
                                                                        {SSH_AUTH_METHOD_PASSWORD, "passwords"},
                                                                        {SSH_AUTH_METHOD_INTERACTIVE, "a dialogue"},
                                                                        {SSH_AUTH_METHOD_HOSTBASED, "known client machines"},
                                                                        {SSH_AUTH_METHOD_GSSAPI_MIC, "Kerberos"}}};

}  // namespace

std::string LoginConversation::user_at_host() const { return fmt::format("{}@{}", route.user, route.host); }

bool LoginConversation::takes(int method) const { return (ssh_userauth_list(session.raw(), nullptr) & method) != 0; }

std::string LoginConversation::methods() const {
    std::string text;
    for (const auto& [method, name] : method_names)
        if (takes(method)) text.append(text.empty() ? "" : ", ").append(name);
    return text.empty() ? "no method at all" : text;
}

std::optional<int> LoginConversation::repeat(int again, const std::function<int()>& call) {
    const auto answer = session.repeat(lock_, std::min(until, client.scheduler.now() + login_patience), again, call);
    if (!answer) out_of_time_ = true;
    return answer;
}

bool LoginConversation::ask(const std::string& way, const std::function<int()>& call) {
    const auto answer = repeat(SSH_AUTH_AGAIN, call);
    in_ = answer == SSH_AUTH_SUCCESS;
    if (!answer)
        failed(way, "no answer in time");
    else if (answer == SSH_AUTH_PARTIAL)
        failed(way, "accepted, but the server wants more than this");
    else if (!in_)
        failed(way, "refused");
    return in_;
}

bool LoginConversation::wants(ssh_key key, const std::string& way) {
    const auto wanted = repeat(SSH_AUTH_AGAIN, [&] { return ssh_userauth_try_publickey(session.raw(), nullptr, key); });
    if (wanted != SSH_AUTH_SUCCESS) failed(way, wanted ? "refused" : "no answer in time");
    return wanted == SSH_AUTH_SUCCESS;
}

void LoginConversation::failed_instead(const std::string& way, const std::string& why) {
    tried_.pop_back();
    failed(way, why);
}

std::string LoginConversation::tried() const { return fmt::format("{}", fmt::join(tried_, "; ")); }

}  // namespace runtime
