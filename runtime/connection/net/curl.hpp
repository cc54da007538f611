// What libcurl gives and takes, for those who speak through it.
#pragma once

#include <curl/curl.h>

#include <cassert>
#include <memory>
#include <string>
#include <vector>

namespace runtime {

struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeCurlList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlEasy = std::unique_ptr<CURL, FreeEasy>;
using CurlList = std::unique_ptr<curl_slist, FreeCurlList>;

/// A new exchange; libcurl itself is made ready with the first.
CurlEasy new_exchange();

CurlList list_of(const std::vector<std::string>& texts);

/// An option that this libcurl knows.
template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
    [[maybe_unused]] const CURLcode done = curl_easy_setopt(easy, option, value);
    assert(done == CURLE_OK);
}

/// An option of bytes, which are copied; none where they are empty.
void set_bytes(CURL* easy, CURLoption option, const std::string& bytes);

/// Certificates, or a key. Read by us: libcurl would wait for a FIFO.
struct Pem {
    std::string text;
    std::string why;  ///< why it cannot be taken; empty where it can
};
/// An empty path is an empty text.
Pem read_pem(const std::string& path);

}  // namespace runtime
