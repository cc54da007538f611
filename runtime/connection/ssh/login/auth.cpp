#include "runtime/connection/ssh/login/auth.hpp"

#include <fmt/format.h>

#include "runtime/connection/ssh/login/passwords.hpp"
#include "runtime/connection/ssh/login/public_keys.hpp"

namespace runtime {

namespace {

void try_all(LoginConversation& login) {
    const SshTarget& target = login.target;
    LoginKeys keys(login);
    if (target.key.empty() && target.password.empty()) {
        keys.with_what_there_is();
        if (!login.done()) log_in_with_prompt(login);
        return;
    }
    if (!target.key.empty()) keys.with_the_sites();
    if (!login.done() && !target.password.empty()) log_in_with_secret(login);
}

/// What a person does about it.
std::string advice(const LoginConversation& login) {
    const SshRoute& route = login.route;
    std::string text = login.takes(SSH_AUTH_METHOD_PUBLICKEY)
                           ? fmt::format("Put the public half of one of these keys into authorized_keys of {} there, or name ", route.user)
                           : "Name ";
    text += "another `user`, `key` or `password` for it in the site";
    text += fmt::format("; `ssh -v -p {} {}` shows what OpenSSH does", route.port, login.user_at_host());
    for (const auto when : {SshRemedy::When::Login, SshRemedy::When::Reach}) text += route.settings.told(when);
    if (login.takes(SSH_AUTH_METHOD_GSSAPI_MIC)) text += route.settings.told(SshRemedy::When::Kerberos);
    return text;
}

}  // namespace

std::optional<std::string> refuse_login(SshClient& client, SshSession& session, SshSession::Lock& lock, const SshTarget& target,
                                        const SshRoute& route, Time until) {
    LoginConversation login(client, session, lock, target, route, until);
    try_all(login);
    if (login.is_in()) return std::nullopt;
    const std::string who = route.describe(target.name), tried = login.tried();
    if (session.lost())
        return fmt::format("{}: {} while logging in as {}{}", who, session.why_lost(), route.user,
                           tried.empty() ? "" : fmt::format(" (tried, in this order: {})", tried));
    if (login.is_out_of_time())
        return fmt::format("{}: no time was left to log in as {}{}", who, route.user,
                           tried.empty() ? "" : fmt::format(" (tried, in this order: {})", tried));
    return fmt::format("{}: it does not let {} in (tried, in this order: {}); it takes: {}. {}", who, route.user, tried, login.methods(),
                       advice(login));
}

}  // namespace runtime
