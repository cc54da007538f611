#include "runtime/connection/ssh/configuration/effective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "runtime/connection/ssh/client.hpp"
#include "runtime/connection/ssh/configuration/keywords.hpp"
#include "runtime/connection/ssh/configuration/paths.hpp"

namespace runtime {

namespace {

class Printed {
  public:
    explicit Printed(std::string_view text) {
        while (!text.empty()) {
            const std::string_view line = text.substr(0, text.find('\n'));
            text.remove_prefix(std::min(text.size(), line.size() + 1));
            const std::string_view key = line.substr(0, line.find(' '));
            std::string lower(key);
            for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            values_[lower].emplace_back(line.substr(std::min(line.size(), key.size() + 1)));
        }
    }

    const std::vector<std::string>& all(const std::string& key) const {
        static const std::vector<std::string> none;
        const auto it = values_.find(key);
        return it == values_.end() ? none : it->second;
    }
    /// Empty where it is not set, or set to none.
    std::string one(const std::string& key) const {
        const auto& values = all(key);
        return values.empty() || values.front() == "none" ? "" : values.front();
    }
    int number(const std::string& key, int otherwise) const {
        const std::string text = one(key);
        int number = otherwise;
        std::from_chars(text.data(), text.data() + text.size(), number);
        return number;
    }
    bool is_no(const std::string& key) const { return one(key) == "no" || one(key) == "false"; }
    bool is_yes(const std::string& key) const { return one(key) == "yes" || one(key) == "true"; }
    const std::map<std::string, std::vector<std::string>>& values() const { return values_; }

  private:
    std::map<std::string, std::vector<std::string>> values_;
};

bool has_word(std::string_view list, std::string_view word) {
    return list.empty() || fmt::format(",{},", list).find(fmt::format(",{},", word)) != std::string::npos;
}

}  // namespace

std::vector<std::string> files_of_list(std::string_view list) {
    std::vector<std::string> files;
    while (!list.empty()) {
        const std::string_view word = list.substr(0, list.find(' '));
        list.remove_prefix(std::min(list.size(), word.size() + 1));
        const bool begins = word.starts_with('/') || word.starts_with('~') || word == "none" || files.empty();
        if (begins)
            files.emplace_back(word);
        else
            files.back().append(" ").append(word);
    }
    return files;
}

HostSettings effective_settings(std::string_view text, const SshTarget& target, const std::string& directory) {
    const Printed printed(text);
    HostSettings settings;
    settings.host = printed.one("hostname").empty() ? target.address : printed.one("hostname");
    settings.port = printed.number("port", 22);
    settings.user = printed.one("user");
    settings.jump = printed.one("proxyjump");
    settings.proxy_command = printed.one("proxycommand");
    settings.known_as = printed.one("hostkeyalias");
    const PathWords words{.directory = directory,
                          .host = settings.host,
                          .named = target.address,
                          .known_as = settings.known_as.empty() ? target.address : settings.known_as,
                          .user = settings.user,
                          .port = settings.port};
    const auto files = [&](const std::vector<std::string>& named) {
        std::vector<std::string> paths;
        for (const std::string& file : named)
            if (file != "none") paths.push_back(expand_path(file, words));
        return paths;
    };
    settings.identities = files(printed.all("identityfile"));
    settings.certificates = files(printed.all("certificatefile"));
    settings.only_identities = printed.is_yes("identitiesonly");
    const auto& agent = printed.all("identityagent");
    const std::string named_agent = agent.empty() ? std::string() : agent.front();
    settings.take_agent(named_agent.starts_with('$') ? named_agent : expand_path(named_agent, words));
    const std::string methods = printed.one("preferredauthentications");
    settings.keys = !printed.is_no("pubkeyauthentication") && has_word(methods, "publickey");
    settings.passwords = !printed.is_no("passwordauthentication") && has_word(methods, "password");
    settings.dialogues = !printed.is_no("kbdinteractiveauthentication") && has_word(methods, "keyboard-interactive");
    settings.asks = !printed.is_yes("batchmode");
    const auto known_hosts = [&](const std::string& keyword) {
        std::vector<std::string> paths;
        for (const std::string& list : printed.all(keyword))
            for (const std::string& file : files_of_list(list)) paths.push_back(file == "none" ? "/dev/null" : expand_path(file, words));
        return paths;
    };
    settings.known_hosts = {.user = known_hosts("userknownhostsfile"), .global = known_hosts("globalknownhostsfile")};
    if (const int seconds = printed.number("connecttimeout", 0); seconds > 0) settings.connect_timeout = std::chrono::seconds{seconds};
    settings.algorithms = {.ciphers = printed.one("ciphers"),
                           .macs = printed.one("macs"),
                           .key_exchanges = printed.one("kexalgorithms"),
                           .host_keys = printed.one("hostkeyalgorithms"),
                           .keys = printed.one("pubkeyacceptedalgorithms"),
                           .compression = printed.is_yes("compression"),
                           .smallest_rsa = printed.number("requiredrsasize", 0)};
    for (const auto& [keyword, values] : printed.values())
        for (const std::string& value : values)
            if (auto remedy = remedy_for(keyword, value)) settings.remedies.push_back(std::move(*remedy));
    return settings;
}

}  // namespace runtime
