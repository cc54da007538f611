#include "runtime/connection/ssh/login/passwords.hpp"

#include <fmt/format.h>

namespace runtime {

namespace {

/// Servers that ask for the password in a dialogue of their own, or for more than a password.
void answer_dialogue(LoginConversation& login, const std::string& password, const std::string& way) {
    const ssh_session session = login.session.raw();
    int answer = SSH_AUTH_INFO;
    bool password_given = false;
    while (answer == SSH_AUTH_INFO && !login.done()) {
        answer = login.repeat(SSH_AUTH_AGAIN, [&] { return ssh_userauth_kbdint(session, nullptr, nullptr); }).value_or(SSH_AUTH_ERROR);
        const int questions = answer == SSH_AUTH_INFO ? ssh_userauth_kbdint_getnprompts(session) : 0;
        for (int i = 0; i < questions; ++i) {
            char shown = 0;
            const std::string question = ssh_userauth_kbdint_getprompt(session, static_cast<unsigned>(i), &shown);
            std::optional<std::string> reply;
            if (shown == 0 && !std::exchange(password_given, true))
                reply = password;
            else
                reply = login.client.ask(fmt::format("{}: {}", login.user_at_host(), question));
            ssh_userauth_kbdint_setanswer(session, static_cast<unsigned>(i), reply.value_or("").c_str());
        }
    }
    if (answer == SSH_AUTH_SUCCESS)
        login.was_let_in();
    else
        login.failed(way + " in a dialogue", login.is_out_of_time() ? "no answer in time" : "refused");
}

/// The two ways in which a password can be given, as far as they may be used.
struct PasswordWays {
    bool plain = true, dialogue = true;
};

void log_in_with(LoginConversation& login, PasswordWays allowed, const std::string& password, const std::string& way) {
    const bool plain = allowed.plain && login.takes(SSH_AUTH_METHOD_PASSWORD);
    const bool dialogue = allowed.dialogue && login.takes(SSH_AUTH_METHOD_INTERACTIVE);
    if (plain) login.ask(way, [&] { return ssh_userauth_password(login.session.raw(), nullptr, password.c_str()); });
    if (dialogue && !login.done()) answer_dialogue(login, password, way);
}

/// Why a password is of no use here; nothing where it may be.
std::optional<std::string> no_passwords(const LoginConversation& login, PasswordWays allowed) {
    const bool plain = login.takes(SSH_AUTH_METHOD_PASSWORD), dialogue = login.takes(SSH_AUTH_METHOD_INTERACTIVE);
    if (!plain && !dialogue) return "not tried: the server takes none";
    if ((plain && allowed.plain) || (dialogue && allowed.dialogue)) return std::nullopt;
    return fmt::format("not tried: the configuration of ssh forbids it ({}PreferredAuthentications)",
                       plain ? "PasswordAuthentication, " : "KbdInteractiveAuthentication, ");
}

/// What a server takes is only known once it has refused something.
bool knows_methods(LoginConversation& login) {
    const ssh_session session = login.session.raw();
    if (ssh_userauth_list(session, nullptr) == 0 &&
        login.repeat(SSH_AUTH_AGAIN, [&] { return ssh_userauth_none(session, nullptr); }) == SSH_AUTH_SUCCESS)
        login.was_let_in();
    return !login.done();
}

}  // namespace

/// The site's word goes before the configuration's.
void log_in_with_secret(LoginConversation& login) {
    const std::string way = fmt::format("password {}", login.target.password);
    const lang::Value secret = login.client.secret(login.target.password);
    if (secret.is_unknown()) return login.failed(way, secret.why_unknown().why);
    if (!knows_methods(login)) return;
    if (const auto why = no_passwords(login, {})) return login.failed(way, *why);
    log_in_with(login, {}, secret.secret_bytes(), way);
}

void log_in_with_prompt(LoginConversation& login) {
    const HostSettings& settings = login.route.settings;
    const PasswordWays allowed{.plain = settings.passwords, .dialogue = settings.dialogues};
    if (!knows_methods(login)) return;
    if (const auto why = no_passwords(login, allowed)) return login.failed("a password", *why);
    if (!settings.asks) return login.failed("a password", "nobody is asked: the configuration of ssh says BatchMode yes");
    const auto password = login.client.password_for(login.user_at_host());
    if (!password) return login.failed("a password", "nobody gave one");
    log_in_with(login, allowed, *password, "password");
    if (!login.is_in()) login.client.forget_password(login.user_at_host());
}

}  // namespace runtime
