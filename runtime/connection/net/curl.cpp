#include "runtime/connection/net/curl.hpp"

#include <fmt/format.h>

#include <cassert>

#include "runtime/file.hpp"

namespace runtime {

namespace {

/// A chain of certificates, and a key, are some kilobytes; what a distribution believes in is a quarter of a megabyte.
constexpr std::size_t largest_pem = std::size_t{4} << 20;

}  // namespace

CurlEasy new_exchange() {
    [[maybe_unused]] static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    assert(ready == CURLE_OK);
    return CurlEasy(curl_easy_init());
}

CurlList list_of(const std::vector<std::string>& texts) {
    CurlList list;
    for (const std::string& text : texts) list.reset(curl_slist_append(list.release(), text.c_str()));
    return list;
}

void set_bytes(CURL* easy, CURLoption option, const std::string& bytes) {
    if (bytes.empty()) return;
    // libcurl does not change what it is given, and copies it.
    curl_blob blob{.data = const_cast<char*>(bytes.data()), .len = bytes.size(), .flags = CURL_BLOB_COPY};
    [[maybe_unused]] const CURLcode done = curl_easy_setopt(easy, option, &blob);
    assert(done == CURLE_OK);
}

Pem read_pem(const std::string& path) {
    if (path.empty()) return {};
    FileText file = read_file(path, {.bytes = largest_pem + 1});
    if (!file.text) return {.text = {}, .why = fmt::format("{} cannot be read: {}", path, file.why)};
    if (file.text->size() > largest_pem) return {.text = {}, .why = fmt::format("{} is larger than any file of certificates", path)};
    return {.text = std::move(*file.text), .why = {}};
}

}  // namespace runtime
