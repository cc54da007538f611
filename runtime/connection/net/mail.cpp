#include "runtime/connection/net/mail.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "runtime/connection/net/curl.hpp"
#include "runtime/encoding/base64.hpp"

namespace runtime {

namespace {

constexpr std::size_t longest_line = 76;
/// RFC 2047: what is not ASCII, and what would begin another header.
std::string header_text(std::string_view text) {
    text = text.substr(0, text.find_first_of("\r\n"));
    const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < '\x7F'; });
    if (is_plain && text.size() <= longest_line) return std::string(text);
    std::string words;
    constexpr std::size_t in_a_word = 39;  // 52 letters of base64, and 12 around them
    while (!text.empty()) {
        std::size_t size = std::min(in_a_word, text.size());
        while (size > 1 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
        words += fmt::format("{}=?UTF-8?B?{}?=", words.empty() ? "" : "\r\n ", to_base64(text.substr(0, size)));
        text.remove_prefix(size);
    }
    return words;
}

/// An address is one word: what is not would begin another header.
bool is_address(std::string_view text) {
    return text.find('@') != std::string_view::npos && text.find_first_of("<>,;") == std::string_view::npos &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c != '\x7F'; });
}

struct Upload {
    std::string_view left;
    static std::size_t read(char* to, std::size_t size, std::size_t count, void* self) {
        std::string_view& left = static_cast<Upload*>(self)->left;
        const std::size_t taken = std::min(size * count, left.size());
        std::memcpy(to, left.data(), taken);
        left.remove_prefix(taken);
        return taken;
    }
};

}  // namespace

std::string message_of(const Mail& mail, lang::Time now) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    std::string message = fmt::format(
        "Date: {:%a, %d %b %Y %H:%M:%S} +0000\r\nFrom: <{}>\r\nTo: <{}>\r\nSubject: {}\r\nAuto-Submitted: auto-generated\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        fmt::gmtime(static_cast<std::time_t>(seconds)), mail.from, fmt::join(mail.to, ">, <"), header_text(mail.subject));
    const std::string body = to_base64(mail.text + "\n");
    for (std::size_t at = 0; at < body.size(); at += longest_line) message += body.substr(at, longest_line) + "\r\n";
    return message;
}

std::optional<std::string> send_mail(const Mail& mail, lang::Time now, lang::Duration limit) {
    std::vector<std::string> addresses = mail.to;
    addresses.push_back(mail.from);
    for (const std::string& address : addresses) {
        if (!is_address(address)) return fmt::format("\"{}\" is not an address", address);
    }
    const Pem ca = read_pem(mail.ca_file);
    if (!ca.why.empty()) return ca.why;
    const CurlEasy easy = new_exchange();
    const auto set = [&](CURLoption option, auto value) { runtime::set(easy.get(), option, value); };
    std::array<char, CURL_ERROR_SIZE> words{};
    set(CURLOPT_ERRORBUFFER, words.data());
    set(CURLOPT_URL, mail.server.c_str());
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(CURLOPT_NOPROXY, "*");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(limit.count()));
    set(CURLOPT_USE_SSL, static_cast<long>(mail.plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    set_bytes(easy.get(), CURLOPT_CAINFO_BLOB, ca.text);
    if (!mail.user.empty()) {
        set(CURLOPT_USERNAME, mail.user.c_str());
        set(CURLOPT_PASSWORD, mail.password.c_str());
    }
    set(CURLOPT_MAIL_FROM, mail.from.c_str());
    const CurlList to = list_of(mail.to);
    set(CURLOPT_MAIL_RCPT, to.get());
    const std::string message = message_of(mail, now);
    Upload upload{message};
    set(CURLOPT_READFUNCTION, &Upload::read);
    set(CURLOPT_READDATA, &upload);
    set(CURLOPT_UPLOAD, 1L);
    const CURLcode result = curl_easy_perform(easy.get());
    if (result == CURLE_OK) return std::nullopt;
    return fmt::format("{}: {}", mail.server, words[0] != '\0' ? words.data() : curl_easy_strerror(result));
}

}  // namespace runtime
