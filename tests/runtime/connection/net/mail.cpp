// A mail as it is sent: nothing that is told can become a header of it.
#include "runtime/connection/net/mail.hpp"

#include <doctest/doctest.h>

#include "runtime/encoding/base64.hpp"

namespace {

using namespace std::chrono_literals;
using runtime::Mail;

Mail mail(std::string subject, std::string text) {
    return {.server = "smtp://127.93.0.1:1",
            .from = "procrun@example.org",
            .to = {"a@example.org", "b@example.org"},
            .subject = std::move(subject),
            .text = std::move(text)};
}

const lang::Time noon(std::chrono::seconds(1'700'000'000));

}  // namespace

TEST_CASE("a mail has a date, who it is from and to, one line of a subject, and its text whole") {
    const std::string text = std::string(300, 'x') + "\n.\nlast";
    const std::string message = runtime::message_of(mail("failback failed\r\nBcc: c@example.org", text), noon);
    CHECK(message.starts_with(
        "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\nFrom: <procrun@example.org>\r\nTo: <a@example.org>, <b@example.org>\r\n"
        "Subject: failback failed\r\n"));
    CHECK(message.find("Bcc") == std::string::npos);
    std::string body = message.substr(message.find("\r\n\r\n") + 4);
    std::erase_if(body, [](char c) { return c == '\r' || c == '\n'; });
    CHECK(runtime::from_base64(body) == text + "\n");
}

TEST_CASE("a subject beyond ASCII is encoded in words that end between letters") {
    const std::string message = runtime::message_of(mail("Übergabe " + std::string(80, 'a') + " fertig – überall", ""), noon);
    const std::string subject = message.substr(message.find("Subject: "), message.find("Auto-Submitted") - message.find("Subject: "));
    CHECK(subject.starts_with("Subject: =?UTF-8?B?"));
    CHECK(subject.find("\r\n =?UTF-8?B?") != std::string::npos);
}

TEST_CASE("what is no address is refused, and a server that is not there is told") {
    Mail wrong = mail("x", "y");
    wrong.to = {"a@example.org>\r\nRCPT TO:<b@example.org"};
    CHECK(runtime::send_mail(wrong, noon, 5s).value_or("").find("is not an address") != std::string::npos);
    CHECK(runtime::send_mail(mail("x", "y"), noon, 5s).value_or("").starts_with("smtp://127.93.0.1:1: "));
}
