// Mail to a server that takes it, over SMTP on libcurl.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lang/model/value.hpp"

namespace runtime {

struct Mail {
    std::string server;        ///< "smtp://mail.example.org:587", "smtps://…"
    bool plain = false;        ///< over smtp:// without TLS; else the server must offer STARTTLS and prove who it is
    std::string ca_file = {};  ///< PEM of who vouches for it; empty: whom this machine believes
    std::string user = {};     ///< empty: nobody logs in
    std::string password = {};
    std::string from;
    std::vector<std::string> to;
    std::string subject;  ///< UTF-8; of several lines the first
    std::string text;     ///< UTF-8
};

/// What is sent: the head and the text, as RFC 5322 and RFC 2045 have them. `now` stands in it.
std::string message_of(const Mail&, lang::Time now);

/// Why it could not be sent; nothing where the server has taken it for all who are to get it. Ends within `limit`.
std::optional<std::string> send_mail(const Mail&, lang::Time now, lang::Duration limit);

}  // namespace runtime
