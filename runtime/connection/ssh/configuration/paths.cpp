#include "runtime/connection/ssh/configuration/paths.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace runtime {

namespace {

struct Account {
    std::string name, home;
};

/// Looked up once: getpwuid is for one thread.
const Account& account() {
    static const Account ours = [] {
        const passwd* entry = getpwuid(getuid());
        return entry == nullptr ? Account{} : Account{entry->pw_name, entry->pw_dir};
    }();
    return ours;
}

std::string this_machine(bool whole) {
    std::array<char, 256> name{};
    gethostname(name.data(), name.size() - 1);
    const std::string text = name.data();
    return whole ? text : text.substr(0, text.find('.'));
}

/// Nothing of a character that is no token here.
std::string value_of_token(char token, const PathWords& words, const std::string& home) {
    switch (token) {
        case '%':
            return "%";
        case 'd':
            return home;
        case 'h':
            return words.host;
        case 'i':
            return std::to_string(getuid());
        case 'k':
            return words.known_as;
        case 'L':
            return this_machine(false);
        case 'l':
            return this_machine(true);
        case 'n':
            return words.named;
        case 'p':
            return std::to_string(words.port);
        case 'r':
            return words.user;
        case 'u':
            return account().name;
        default:
            return std::string("%") + token;
    }
}

}  // namespace

std::string ssh_directory_of_account() { return account().home + "/.ssh"; }

std::string expand_path(const std::string& path, const PathWords& words) {
    const char* variable = std::getenv("HOME");
    const std::string home = variable == nullptr ? account().home : variable;
    std::string result;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (i == 0 && path.starts_with("~/")) {
            result += home;
        } else if (path[i] == '%' && i + 1 < path.size()) {
            result += value_of_token(path[++i], words, home);
        } else if (path.compare(i, 2, "${") == 0 && path.find('}', i) != std::string::npos) {
            const std::size_t end = path.find('}', i);
            const char* value = std::getenv(path.substr(i + 2, end - i - 2).c_str());
            if (value != nullptr) result += value;
            i = end;
        } else {
            result += path[i];
        }
    }
    for (const std::string& usual : {home + "/.ssh/", ssh_directory_of_account() + "/"})
        if (result.starts_with(usual)) return words.directory + "/" + result.substr(usual.size());
    return result;
}

}  // namespace runtime
