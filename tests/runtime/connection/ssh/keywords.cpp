// Every keyword of the installed OpenSSH has its place in the table, and the table its place in the documents.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <set>
#include <sstream>

#include "runtime/connection/ssh/configuration/keywords.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/said.hpp"

using namespace runtime;
using support::says;

namespace {

std::string lower(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

std::string output_of(const std::string& command) {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
    REQUIRE(pipe);
    std::string text;
    for (int c = 0; (c = std::fgetc(pipe.get())) != EOF;) text += static_cast<char>(c);
    return text;
}

std::set<std::string> first_words(const std::string& lines) {
    std::set<std::string> words;
    std::istringstream in(lines);
    for (std::string line; std::getline(in, line);)
        if (!line.empty()) words.insert(lower(line.substr(0, line.find(' '))));
    return words;
}

}  // namespace

TEST_CASE("ssh: every keyword of the installed OpenSSH is honoured, told with a remedy, or without meaning") {
    std::set<std::string> ours;
    for (const SshKeyword& keyword : ssh_keywords()) {
        CHECK_MESSAGE(ours.insert(lower(std::string(keyword.name))).second, keyword.name);  // once
        CHECK_MESSAGE(!keyword.text.empty(), keyword.name);
    }
    // What it prints of a host for which everything is set that it prints only then.
    const std::set<std::string> printed = first_words(output_of(
        "ssh -G -F /dev/null -o BindAddress=127.0.0.1 -o BindInterface=lo -o CertificateFile=a -o ControlPath=a -o DynamicForward=1 -o "
        "HostKeyAlias=a -o IdentityAgent=a -o IgnoreUnknown=a -o KbdInteractiveDevices=a -o KnownHostsCommand=/bin/true -o LocalCommand=a "
        "-o "
        "LocalForward='1 a:1' -o PKCS11Provider=a -o PreferredAuthentications=password -o ProxyCommand=a -o RemoteCommand=a -o "
        "RemoteForward='1 a:1' -o RevokedHostKeys=a -o SetEnv=A=a host 2>/dev/null"));
    REQUIRE(printed.size() > 80);
    for (const std::string& keyword : printed) CHECK_MESSAGE(ours.contains(keyword), keyword);
    // The manual page has those that are done before anything is printed. A machine without manual pages has none.
    const std::set<std::string> described = first_words(
        output_of("gzip -dcf /usr/share/man/man5/ssh_config.5* 2>/dev/null | sed -n 's/^\\.It Cm \\([A-Z][A-Za-z0-9]*\\).*/\\1/p'"));
    if (described.empty()) MESSAGE("skipped: the manual page ssh_config(5) is not installed");
    for (const std::string& keyword : described) CHECK_MESSAGE(ours.contains(keyword), keyword);
}

TEST_CASE("ssh: a keyword of the table is one of ssh's, if only of a newer one's or an older one's") {
    // These are in no OpenSSH of Debian 12, and in that of Debian 13 or behind it.
    const std::set<std::string> newer{"tag",           "channeltimeout", "obscurekeystroketiming", "refuseconnection", "versionaddendum",
                                      "warnweakcrypto"};
    for (const SshKeyword& keyword : ssh_keywords()) {
        const std::string name = lower(std::string(keyword.name));
        if (newer.contains(name)) continue;
        const std::string complaint = output_of(fmt::format("ssh -G -F /dev/null -o {}=x host 2>&1 >/dev/null", keyword.name));
        CHECK_MESSAGE(!says(complaint, "Bad configuration option"), keyword.name);
    }
}

TEST_CASE("ssh: a setting is told where it asks for something, and not where it has its usual value") {
    for (const auto& [keyword, value] : std::vector<std::pair<const char*, const char*>>{{"addressfamily", "any"},
                                                                                         {"proxyusefdpass", "no"},
                                                                                         {"gssapiauthentication", "no"},
                                                                                         {"stricthostkeychecking", "ask"},
                                                                                         {"securitykeyprovider", "internal"},
                                                                                         {"hostname", "10.1.1.5"},
                                                                                         {"forwardagent", "yes"},
                                                                                         {"nosuch", "yes"}})
        CHECK_MESSAGE(!remedy_for(keyword, value), keyword);
    for (const auto& [keyword, value] : std::vector<std::pair<const char*, const char*>>{{"addressfamily", "inet6"},
                                                                                         {"bindaddress", "10.1.1.1"},
                                                                                         {"proxyusefdpass", "yes"},
                                                                                         {"gssapiauthentication", "yes"},
                                                                                         {"stricthostkeychecking", "false"},
                                                                                         {"revokedhostkeys", "/etc/ssh/krl"}})
        CHECK_MESSAGE(remedy_for(keyword, value), keyword);
    CHECK(says(remedy_for("revokedhostkeys", "/etc/ssh/krl")->text, "RevokedHostKeys /etc/ssh/krl: procrun does not read such a list"));
}

TEST_CASE("ssh: the usual settings of this machine's OpenSSH ask for nothing that stops a log-in") {
    std::istringstream lines(output_of("ssh -G -F /dev/null host 2>/dev/null"));
    for (std::string line; std::getline(lines, line);) {
        const std::string keyword = line.substr(0, line.find(' '));
        const auto remedy = remedy_for(keyword, line.substr(std::min(line.size(), keyword.size() + 1)));
        CHECK_MESSAGE((!remedy || remedy->when == SshRemedy::When::Kerberos), line);
    }
}

TEST_CASE("docs/ssh.md has the table of keywords as the program has it") {
    const std::filesystem::path page = support::in_tests("../docs/ssh.md");
    const std::string text = support::read(page);
    const std::string begin = "<!-- keywords -->\n", end = "\n<!-- /keywords -->";
    const std::size_t from = text.find(begin), to = text.find(end);
    REQUIRE(from != std::string::npos);
    REQUIRE(to != std::string::npos);
    const std::string made = text.substr(0, from + begin.size()) + ssh_keywords_table() + text.substr(to);
    support::matches_golden(page, made);
}
