#include "runtime/connection/net/http.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <memory>
#include <vector>

#include "runtime/connection/net/curl.hpp"
#include "runtime/connection/net/network.hpp"

namespace runtime {

namespace {

struct FreeMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
/// As libcurl takes them: what ends in a colon takes a header away, what ends in a semicolon is one without a value.
std::vector<std::string> header_lines(const HttpRequest& request) {
    // Without an `Expect:` of libcurl's, for which it would wait; and a body has the type that we say, or none.
    std::vector<std::string> lines{"Expect:"};
    bool has_type = false;
    for (const HttpHeader& header : request.headers) {
        has_type = has_type || same_header(header.name, "Content-Type");
        lines.push_back(header.value.empty() ? header.name + ";" : fmt::format("{}: {}", header.name, header.value));
    }
    if (!has_type) lines.emplace_back("Content-Type:");
    return lines;
}

/// What stands in the files that TLS needs.
struct TlsTexts {
    Pem ca, certificate, key;

    explicit TlsTexts(const TlsFiles& files)
        : ca(read_pem(files.ca)),
          certificate(read_pem(files.certificate)),
          key(read_pem(files.key.empty() ? files.certificate : files.key)) {}
    /// Why one of them cannot be taken; empty: all can.
    const std::string& why() const { return !ca.why.empty() ? ca.why : !certificate.why.empty() ? certificate.why : key.why; }
};

class Exchange {
  public:
    Exchange(const Destination& to, Descriptor socket) : to_(to), socket_(std::move(socket)) {}
    ~Exchange() { curl_multi_remove_handle(multi_.get(), easy_.get()); }
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    void prepare(const HttpRequest& request, const std::string& url, std::string_view body, const TlsTexts& tls) {
        set(CURLOPT_URL, url.c_str());
        set(CURLOPT_PATH_AS_IS, 1L);
        set(CURLOPT_PROTOCOLS_STR, "http,https");
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        set(CURLOPT_NOPROXY, "*");
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_USERAGENT, "procrun");
        set(CURLOPT_ERRORBUFFER, words_.data());
        set_bytes(easy_.get(), CURLOPT_CAINFO_BLOB, tls.ca.text);
        set_bytes(easy_.get(), CURLOPT_SSLCERT_BLOB, tls.certificate.text);
        set_bytes(easy_.get(), CURLOPT_SSLKEY_BLOB, tls.key.text);
        set(CURLOPT_KEYPASSWD, "");  // a key that wants one is refused, and nobody is asked for it

        // The connection is there already. The numeric address keeps libcurl from looking the name up once more.
        set(CURLOPT_CONNECT_TO, connect_to_.get());
        set(CURLOPT_OPENSOCKETFUNCTION, &Exchange::take_socket);
        set(CURLOPT_OPENSOCKETDATA, this);
        set(CURLOPT_SOCKOPTFUNCTION, &Exchange::is_connected);

        if (body.empty() && request.method == "HEAD") {
            set(CURLOPT_NOBODY, 1L);
        } else if (!body.empty() || request.method == "POST" || request.method == "PUT") {
            set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
            set(CURLOPT_COPYPOSTFIELDS, body.empty() ? "" : body.data());
        }
        set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
        headers_ = list_of(header_lines(request));
        set(CURLOPT_HTTPHEADER, headers_.get());
        if (!request.user.empty()) {
            set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
            set(CURLOPT_USERNAME, request.user.c_str());
            set(CURLOPT_PASSWORD, request.password.bytes.c_str());
        }
        set(CURLOPT_WRITEFUNCTION, &Exchange::take_body);
        set(CURLOPT_WRITEDATA, this);
        set(CURLOPT_HEADERFUNCTION, &Exchange::take_header);
        set(CURLOPT_HEADERDATA, this);
    }

    Reply perform() {
        curl_multi_add_handle(multi_.get(), easy_.get());
        for (int running = 1;;) {
            curl_multi_perform(multi_.get(), &running);
            if (running == 0) break;
            if (to_.stop.stop_waiting()) return given_up(Ending::Cancelled, "we were told to stop waiting");
            const Duration left = to_.until - to_.scheduler.now();
            if (left <= Duration::zero()) return given_up(Ending::Deadline, "no answer in time");
            curl_waitfd stop{.fd = to_.stop.descriptor(), .events = CURL_WAIT_POLLIN, .revents = 0};
            const Duration at_most = std::min(left, Duration(std::chrono::hours(1)));
            curl_multi_poll(multi_.get(), &stop, 1, static_cast<int>(at_most.count()), nullptr);
        }
        int others = 0;
        const CURLMsg* ended = curl_multi_info_read(multi_.get(), &others);
        assert(ended != nullptr);
        const CURLcode result = ended->data.result;
        if (result != CURLE_OK) return given_up(Ending::LinkLost, words_[0] != '\0' ? words_.data() : curl_easy_strerror(result));
        long status = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
        reply_.ending = Ending::Exited;
        reply_.code = static_cast<int>(status);
        return std::move(reply_);
    }

  private:
    template <typename Value>
    void set(CURLoption option, Value value) {
        runtime::set(easy_.get(), option, value);
    }

    /// The answer is not whole. Where no byte of the request was written (TLS was refused, say), nothing can have come of it.
    Reply given_up(Ending ending, const std::string& why) {
        long written = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_REQUEST_SIZE, &written);
        reply_.ending = written > 0 ? ending : Ending::NotSent;
        reply_.err = fmt::format("{}: {}", to_.host.name, why);
        reply_.out.clear();
        return std::move(reply_);
    }

    static curl_socket_t take_socket(void* self, curlsocktype, curl_sockaddr*) { return static_cast<Exchange*>(self)->socket_.release(); }
    static int is_connected(void*, curl_socket_t, curlsocktype) { return CURL_SOCKOPT_ALREADY_CONNECTED; }

    static std::size_t take_body(char* bytes, std::size_t, std::size_t count, void* self) {
        std::string& out = static_cast<Exchange*>(self)->reply_.out;
        // One byte more than is kept: whoever keeps it sees that there was more.
        const std::size_t room = output_limit + 1 - out.size();
        out.append(bytes, std::min(room, count));
        return count;
    }

    /// Of the head only what is asked for is kept: what a server gives to be kept secret (cookies) stands there, too.
    static std::size_t take_header(char* bytes, std::size_t, std::size_t count, void* self) {
        std::string& head = static_cast<Exchange*>(self)->reply_.err;
        std::string_view line(bytes, count);
        while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
        if (line.starts_with("HTTP/")) {
            head = line;  // the last one: a "100 Continue" comes before it
        } else if (same_header(line.substr(0, line.find(':')), "Location")) {
            head.append("\n").append(line);
        }
        return count;
    }

    const Destination& to_;
    Descriptor socket_;
    CurlList connect_to_ = list_of({"::127.0.0.1:"});
    CurlList headers_;
    std::array<char, CURL_ERROR_SIZE> words_{};
    Reply reply_;
    CurlEasy easy_ = new_exchange();
    std::unique_ptr<CURLM, FreeMulti> multi_{curl_multi_init()};
};

}  // namespace

Reply ask_over_http(const Destination& to, const HttpRequest& request, std::string_view body) {
    const TlsTexts tls(request.tls ? request.files : TlsFiles{});
    if (!tls.why().empty()) {
        Reply not_sent;
        not_sent.err = fmt::format("{}: {}", to.host.name, tls.why());
        return not_sent;
    }
    Reached reached = reach(to, request.port);
    if (!reached.socket) return reached.reply;
    Exchange exchange(to, std::move(reached.socket));
    exchange.prepare(request, request_url(to.host, request), body, tls);
    return exchange.perform();
}

}  // namespace runtime
