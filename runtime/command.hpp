// A command as structure: quoting, masking and the dialect are applied once, at the end, by a Shell (host/shell.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lang/model/value.hpp"

namespace lang {
struct Host;
}

namespace runtime {

/// Text of ours, taken as it is. Never made from a value that a user or a host gave.
struct Verbatim {
    std::string text;
};
/// A value: quoted, so that it stays one word and nothing in it is special.
struct Quoted {
    std::string text;
};
/// A value that must not be seen: allowed in a command's input only, shown as "***".
struct Hidden {
    std::string bytes;
};
using Part = std::variant<Verbatim, Quoted, Hidden>;

/// A dialogue over TCP: connect, hear a greeting where there is one, say the command's input, hear an answer.
struct TcpRequest {
    int port = 0;
    bool greeted = false;  ///< the other side speaks first: a line of it is read before anything is said
    enum class Answer {
        Nothing,
        Line,  ///< what comes until a line has ended
        All,   ///< what comes until the other side closes
    } answer = Answer::Nothing;
};

/// A line of the head of a request.
struct HttpHeader {
    std::string name;   ///< "Accept"
    std::string value;  ///< "application/json"; may be empty
    bool is_secret = false;
};

/// Files of PEM on the machine that procrun runs on, by which TLS proves who is who.
struct TlsFiles {
    std::string ca = {};           ///< certificates that may have signed the server's; empty: those that this machine believes
    std::string certificate = {};  ///< ours, with those between it and its root; empty: we show none
    std::string key = {};          ///< of our certificate, without a passphrase; empty: it stands in the same file
};

/// One request over HTTP; its body is the command's input. Redirects are not followed. Whom TLS cannot prove is told nothing.
struct HttpRequest {
    std::string method = "GET";
    std::string target = "/";       ///< path and query, percent-encoded as it is to be sent
    bool target_is_secret = false;  ///< it is shown as "***"
    int port = 80;
    bool tls = false;
    TlsFiles files = {};
    std::vector<HttpHeader> headers = {};  ///< besides those that HTTP itself needs
    std::string user = {};                 ///< empty: nobody logs in
    Hidden password = {};
};

/// What is asked of a port of the host by the machine that procrun runs on: nobody logs in, and no shell is in between.
using Request = std::variant<TcpRequest, HttpRequest>;

/// Why no request can go to such a port, or ask for such a target; nothing where one can.
std::optional<std::string> no_port(std::int64_t port);
std::optional<std::string> no_target(std::string_view target);
/// Are they names of the same header? Case does not matter there.
bool same_header(std::string_view name, std::string_view other);
/// "Accept: application/json" as a header; where it is none, or one that HTTP itself makes of the request, nothing and why, which does not
/// quote its value.
std::optional<HttpHeader> read_header(std::string_view line, std::string& why);

/// What to send to a host. Four forms, one of them holds:
///  - a program and its arguments (`Command::program`), run without a shell as far as the dialect allows,
///  - a script of the host's usual shell (`Command::script`): POSIX sh, cmd on Windows,
///  - a PowerShell script (`Command::powershell`), Windows only,
///  - a request over the network (`Command::request`).
class Command {
  public:
    enum class Form { Program, Script, PowerShell, Request };

    static Command program(std::vector<std::string> words);  ///< every word is quoted where it needs to be
    static Command script(std::vector<Part> parts);
    static Command powershell(std::vector<Part> parts);
    static Command request(Request request);

    Command& input(std::vector<Part> parts);  ///< written to its standard input, which is then closed; what a request sends
    Command& input_secret(const lang::Value& secret);
    Command& as_login_user();                       ///< without the `become` of the host
    Command& as_the_account_speaks();               ///< a script of the site's own: nobody reads its words but the site
    Command& to(const lang::Host&);                 ///< another host than that which the builtin is used on
    Command& no_longer_than(lang::Duration limit);  ///< it is given up after this long, though more time were left
    /// What a person types in its place, a program and its arguments, where this one makes an answer readable for a program. Builtin::typed
    /// has it for a whole builtin.
    Command& typed_as(std::vector<std::string> words);

    Form form() const { return form_; }
    const std::vector<std::string>& words() const { return words_; }
    const std::vector<Part>& parts() const { return parts_; }
    const std::vector<Part>& input() const { return input_; }
    bool may_become() const { return may_become_; }
    bool keeps_language() const { return keeps_language_; }
    const runtime::Request& request() const { return request_; }
    const lang::Host* other_host() const { return other_host_; }
    lang::Duration patience() const { return patience_; }
    const std::vector<std::string>& typed() const { return typed_; }  ///< empty: what is sent

  private:
    Form form_ = Form::Program;
    std::vector<std::string> words_;
    std::vector<Part> parts_;
    std::vector<Part> input_;
    bool may_become_ = true;
    bool keeps_language_ = false;
    runtime::Request request_;
    const lang::Host* other_host_ = nullptr;
    lang::Duration patience_ = lang::Duration::max();
    std::vector<std::string> typed_;
};

/// How a command ended. Four different things, and the ways of not getting that far.
enum class Ending {
    Exited,     ///< `code` holds the exit status; Windows codes above 255 arrive whole
    Doubtful,   ///< `code` holds an exit status that may be the word of a log-in or of sudo instead of the command's; `err` begins with why
    Signalled,  ///< `signal` holds its name without SIG
    LinkLost,   ///< the connection ended while the command ran: its outcome is unknown
    Deadline,   ///< our patience ended: the command may still be running
    Cancelled,  ///< we were told to stop waiting: it may still be running
    NotSent,    ///< it was never started: no connection, refused, no such host; `err` says why
    NotSimulated,  ///< by a simulated site only: it has no model of it. Nothing was done, and nothing can be told; `err` says of what
};

struct Reply {
    Ending ending = Ending::NotSent;
    /// The exit status. Of a request that was NotSent the errno that tells how far it came: ECONNREFUSED, ETIMEDOUT and EHOSTUNREACH
    /// where nobody answered; connected, but no greeting: ETIME, or ECONNRESET where it was closed. Of a command that was NotSent EACCES
    /// where the machine is there and would not have us. 0 for none of these.
    int code = 0;
    int status = 0;          ///< HTTP's; `code` is then 0 for one of 200 to 299, and 1 for any other
    bool kept_back = false;  ///< of NotSent: by the host's own word that a newer run has been there
    std::string signal;
    std::string out, err;    ///< any bytes; bounded by `output_limit` together. HTTP's status line and Location are in `err`
    bool truncated = false;  ///< more came than `output_limit`: whoever reads must answer unknown
    lang::Duration took{};
    std::string command;        ///< as sent, secrets masked
    std::string mend = {};      ///< of NotSimulated: what a site file would have to say
    std::string rests_on = {};  ///< of a simulated site: what the site file says of itself, and no model does
    /// For messages the first lines of `out` and `err`: secrets were masked before they were cut. Empty until `mask_told`.
    std::string told_out = {}, told_err = {};
    std::vector<Reply> asked = {};  ///< what the log-in shell was asked because of it, before or after

    bool ok() const { return ending == Ending::Exited && code == 0 && !truncated; }
    /// Was it started, or may it have been? Only when not, an action is sure to have had no effect.
    bool may_have_run() const { return ending != Ending::NotSent && ending != Ending::NotSimulated; }
    /// Makes `told_out` and `told_err`; `out` and `err` stay what their readers need.
    void mask_told(const std::function<std::string(std::string)>& mask);
    /// "exit 3: no such unit", "the connection was lost; the command may have taken effect" — one line, no full stop.
    std::string describe() const;
};

/// 16 MiB: beyond it output is dropped and the reply marked truncated.
inline constexpr std::size_t output_limit = std::size_t{16} << 20;

}  // namespace runtime
