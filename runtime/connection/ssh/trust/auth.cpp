#include "runtime/connection/ssh/trust/auth.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <vector>

#include "runtime/connection/ssh/trust/agent.hpp"

namespace runtime {

namespace {

/// A server has this long for each of its answers.
constexpr Duration login_patience = std::chrono::seconds{30};

bool exists(const std::string& path) {
    struct stat file;
    return !path.empty() && stat(path.c_str(), &file) == 0;
}

class Login {
  public:
    Login(SshClient& client, SshSession& session, SshSession::Lock& lock, const SshTarget& target, const SshRoute& route, Time until)
        : client_(client),
          session_(session),
          lock_(lock),
          target_(target),
          route_(route),
          until_(until),
          user_at_host_(fmt::format("{}@{}", route.user, route.host)) {}

    std::optional<std::string> run() {
        if (target_.key.empty() && target_.password.empty()) {
            with_what_there_is();
        } else {
            if (!target_.key.empty()) with_key(target_.key);
            if (!done() && !target_.password.empty()) with_secret();
        }
        if (in_) return std::nullopt;
        if (session_.lost()) return fmt::format("{}: {} while logging in as {}", who(), session_.why_lost(), route_.user);
        if (out_of_time_)
            return fmt::format("{}: no time was left to log in as {}{}", who(), route_.user, tried_.empty() ? "" : " (" + tried() + ")");
        return fmt::format("{}: it does not let {} in ({}); it takes: {}", who(), route_.user, tried(), methods());
    }

  private:
    std::string who() const { return route_.describe(target_.name); }
    bool done() const { return in_ || out_of_time_ || session_.lost(); }
    bool takes(int method) { return (ssh_userauth_list(session_.raw(), nullptr) & method) != 0; }

    /// Carries out one question to the server. True if we are in.
    bool asked(std::string with, const std::function<int()>& call) {
        const auto answer = session_.repeat(lock_, std::min(until_, client_.scheduler.now() + login_patience), SSH_AUTH_AGAIN, call);
        if (!answer) out_of_time_ = true;
        in_ = answer == SSH_AUTH_SUCCESS;
        if (!in_)
            tried_.push_back(with + (!answer                      ? ": no answer in time"
                                     : answer == SSH_AUTH_PARTIAL ? ": accepted, but it wants more"
                                                                  : ": refused"));
        return in_;
    }

    /// Does the server want to see a signature of this key?
    bool wants(const SshKey& key, const std::string& what) {
        const auto wanted = session_.repeat(lock_, std::min(until_, client_.scheduler.now() + login_patience), SSH_AUTH_AGAIN,
                                            [&] { return ssh_userauth_try_publickey(session_.raw(), nullptr, key.get()); });
        if (!wanted) out_of_time_ = true;
        if (wanted != SSH_AUTH_SUCCESS) tried_.push_back(fmt::format("{}: {}", what, wanted ? "refused" : "no answer in time"));
        return wanted == SSH_AUTH_SUCCESS;
    }

    /// As ssh does: what a certificate opens needs no key that is known by itself. It lies beside the key, or the configuration names it.
    void with_certificate(const std::string& path, const std::string& file) {
        const SshKey certificate = done() || file.empty() ? nullptr : SshKeys::certificate(file);
        if (!certificate || !wants(certificate, fmt::format("certificate {}", file))) return;
        const SshKeys::Loaded loaded = client_.keys.load(path);
        if (!loaded.key) return tried_.push_back(loaded.why);
        const SshKey both = SshKeys::certified(loaded.key, certificate);
        if (!both) return tried_.push_back(fmt::format("certificate {}: it is not for the key {}", file, path));
        if (asked(fmt::format("certificate {}", file), [&] { return ssh_userauth_publickey(session_.raw(), nullptr, both.get()); }))
            client_.keys.was_good(path);
    }

    void with_key(const std::string& path) {
        with_certificate(path, path + "-cert.pub");
        with_certificate(path, route_.certificate);
        if (done()) return;
        if (const SshKey half = client_.keys.locked(path)) {
            if (!wants(half, fmt::format("key {}", path))) return;
        }
        const SshKeys::Loaded loaded = client_.keys.load(path);
        if (!loaded.key) return tried_.push_back(loaded.why);
        if (asked(fmt::format("key {}", path), [&] { return ssh_userauth_publickey(session_.raw(), nullptr, loaded.key.get()); }))
            client_.keys.was_good(path);
    }

    void with_what_there_is() {
        std::vector<std::string> files = {client_.keys.last_good(), route_.identity};
        for (const char* usual : {"id_ed25519", "id_ecdsa", "id_rsa"})
            files.push_back(fmt::format("{}/{}", client_.settings.directory, usual));
        std::vector<std::string> seen;
        const auto try_file = [&](const std::string& file) {
            if (done() || !exists(file) || std::find(seen.begin(), seen.end(), file) != seen.end()) return;
            seen.push_back(file);
            with_key(file);
        };
        try_file(files.front());
        if (!done()) with_agent();
        for (const std::string& file : files) try_file(file);
        if (ssh_userauth_list(session_.raw(), nullptr) == 0 && !done())
            asked("no key", [&] { return ssh_userauth_none(session_.raw(), nullptr); });
        if (!done() && takes(SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_INTERACTIVE)) with_prompt();
    }

    /// It gets half of the time that is left: the key files want their turn.
    void with_agent() {
        const std::string& socket = route_.agent;
        if (socket.empty()) return;
        const Time now = client_.scheduler.now();
        SshAgent agent(session_.raw(), socket, now + std::min(until_ - now, login_patience) / 2, client_.scheduler, client_.stop);
        if (agent.why_not()) return tried_.push_back(fmt::format("the ssh-agent at {}: {}", socket, *agent.why_not()));
        asked("the keys of the agent", [&] { return ssh_userauth_agent(session_.raw(), nullptr); });
        if (!in_ && agent.is_silent()) tried_.back() = fmt::format("the ssh-agent at {} does not answer", socket);
    }

    void with_secret() {
        const lang::Value secret = client_.secret(target_.password);
        if (secret.is_unknown()) return tried_.push_back(secret.why_unknown().why);
        with_password(secret.secret_bytes(), fmt::format("password {}", target_.password));
    }

    void with_prompt() {
        const auto password = client_.password_for(user_at_host_);
        if (!password) return tried_.push_back("a password: nobody gave one");
        with_password(*password, "password");
        if (!in_) client_.forget_password(user_at_host_);
    }

    void with_password(const std::string& password, const std::string& name) {
        asked(name, [&] { return ssh_userauth_password(session_.raw(), nullptr, password.c_str()); });
        if (!done() && takes(SSH_AUTH_METHOD_INTERACTIVE)) with_questions(password, name);
    }

    /// Servers that ask for the password in a dialogue of their own, or for more than a password.
    void with_questions(const std::string& password, const std::string& name) {
        int answer = SSH_AUTH_INFO;
        bool password_given = false;
        while (answer == SSH_AUTH_INFO && !done()) {
            const auto said = session_.repeat(lock_, std::min(until_, client_.scheduler.now() + login_patience), SSH_AUTH_AGAIN,
                                              [&] { return ssh_userauth_kbdint(session_.raw(), nullptr, nullptr); });
            if (!said) out_of_time_ = true;
            answer = said.value_or(SSH_AUTH_ERROR);
            const int questions = answer == SSH_AUTH_INFO ? ssh_userauth_kbdint_getnprompts(session_.raw()) : 0;
            for (int i = 0; i < questions; ++i) {
                char shown = 0;
                const std::string question = ssh_userauth_kbdint_getprompt(session_.raw(), static_cast<unsigned>(i), &shown);
                std::optional<std::string> reply;
                if (shown == 0 && !std::exchange(password_given, true))
                    reply = password;
                else
                    reply = client_.ask(fmt::format("{}: {}", user_at_host_, question));
                ssh_userauth_kbdint_setanswer(session_.raw(), static_cast<unsigned>(i), reply.value_or("").c_str());
            }
        }
        in_ = answer == SSH_AUTH_SUCCESS;
        if (!in_) tried_.push_back(name + " in a dialogue: refused");
    }

    std::string tried() const {
        std::string text;
        for (const std::string& one : tried_) text += (text.empty() ? "" : "; ") + one;
        return text;
    }

    std::string methods() {
        constexpr std::array<std::pair<int, std::string_view>, 5> names{{{SSH_AUTH_METHOD_PUBLICKEY, "keys"},
                                                                         {SSH_AUTH_METHOD_PASSWORD, "passwords"},
                                                                         {SSH_AUTH_METHOD_INTERACTIVE, "a dialogue"},
                                                                         {SSH_AUTH_METHOD_HOSTBASED, "known client machines"},
                                                                         {SSH_AUTH_METHOD_GSSAPI_MIC, "Kerberos"}}};
        std::string text;
        for (const auto& [method, name] : names)
            if (takes(method)) text.append(text.empty() ? "" : ", ").append(name);
        return text.empty() ? "no method at all" : text;
    }

    SshClient& client_;
    SshSession& session_;
    SshSession::Lock& lock_;
    const SshTarget& target_;
    const SshRoute& route_;
    Time until_;
    std::string user_at_host_;
    bool in_ = false;
    bool out_of_time_ = false;
    std::vector<std::string> tried_;
};

}  // namespace

std::optional<std::string> refuse_login(SshClient& client, SshSession& session, SshSession::Lock& lock, const SshTarget& target,
                                        const SshRoute& route, Time until) {
    return Login(client, session, lock, target, route, until).run();
}

}  // namespace runtime
