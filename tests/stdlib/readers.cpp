// Every parameter of every builtin has a reader, which the check asks too, or a reason why there is nothing to read.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "lang/check/api.hpp"
#include "stdlib/all.hpp"

namespace {

using lang::Effect;
using lang::Kind;
using lang::Parameter;
using lang::Signature;

constexpr const char* small_site = R"(
fact unit: text = ""
host acd-store1 { os linux }
host acd-dbm1   { os linux }
host acd-lb1    { os linux }
host acd-jb1    { os linux }
host acd-tel1   { os windows }
cluster storage { kind pacemaker  nodes acd-store1  resource "grp"  drbd "r0" }
cluster db      { kind mysql  nodes acd-dbm1 }
cluster web     { kind haproxy  nodes acd-lb1  backend "web"  servers acd-jb1 }
)";

/// What a call takes; by its module, where modules differ.
const std::map<std::string, std::string>& good() {
    static const std::map<std::string, std::string> all{
        {"drbd.resource", "\"r0\""},
        {"pcs.resource", "\"grp\""},
        {"service", "\"robot5\""},
        {"unit", "\"wildfly\""},
        {"node", "acd-store1"},
        {"machine", "acd-store1"},
        {"pcs.to", "acd-store1"},
        {"server", "acd-jb1"},
        {"file.path", "\"/etc/x.env\""},
        {"http.path", "\"/health\""},
        {"headers", "[\"Accept: application/json\"]"},
        {"ca_file", "\"/etc/ssl/site.pem\""},
        {"certificate_file", "\"/etc/ssl/own.pem\""},
        {"key_file", "\"/etc/ssl/own.key\""},
        {"http.json", "\"{\\\"a\\\": 1}\""},
        {"text.path", "\"a\""},
        {"text.xml.path", "\"/a\""},
        {"variable", "\"A\""},
        {"variables", "[\"A\"]"},
        {"from", "[\"10.0.0.1\"]"},
        {"file.to", "[\"10.0.0.2\"]"},
        {"left", "haproxy.servers() on acd-lb1"},
        {"right", "haproxy.servers() on acd-lb1"},
        {"source", "mysql.source() on acd-dbm1"},
        {"users", "[\"jtel\"]"},
        {"since", "time.unix(1)"},
        {"moment", "time.unix(1)"},
        {"value", "1"},
        {"seconds", "1"},
        {"words", "\"Listening\""},
        {"port", "8080"},
        {"line", "\"STOP\""},
        {"script", "\"true\""},
        {"list.items", "[1, 2]"},
        {"item", "1"},
        {"last", "3"},
        {"text.text", "\"a b\""},
        {"n", "1"},
        {"part", "\"a\""},
        {"pattern", "\"(a)\""},
    };
    return all;
}

/// What its reader refuses.
const std::map<std::string, std::vector<std::string>>& bad() {
    static const std::map<std::string, std::vector<std::string>> all{
        {"drbd.resource", {"\"\"", "\"all\"", "\"r0/0\"", "\"r 0\"", "\"-r0\"", "\"r0\\n\""}},
        {"pcs.resource", {"\"a b\"", "\"--all\"", "\"a\\tb\""}},
        {"pcs.location.resource", {"\"\""}},
        {"winsvc.service", {"\"\"", "\" robot5\"", "\"robot5\\n\"", '"' + std::string(257, 'a') + '"'}},
        {"compose.service", {"\"\"", "\"a b\"", "\"-a\"", "\"a;b\""}},
        {"log.service", {"\"\"", "\"a b\"", "\"-a\""}},
        {"tool", {"\"\"", "\" \"", "\"docker compose -p 'a b'\"", "\"docker compose && true\"", "\"$dcomp\""}},
        {"folder", {"\"~/edge\"", "\"/etc\\n\""}},
        {"unit", {"\"\"", "\"*\"", "\"wild?\"", "\"my unit\"", "\"wildfly\u00a0\"", "\"a\\n\""}},
        {"file.path", {"\"\"", "\"etc/x.env\"", "\"~/x.env\"", "\"/etc/\"", "\"/etc/x\\n\""}},
        {"http.path", {"\"\"", "\"health\"", "\"/a b\"", "\"/ä\"", "\"/a\\nb\"", "\"http://a/b\""}},
        {"headers",
         {"[\"Accept\"]", "[\": x\"]", "[\"A b: c\"]", "[\"Accept: a\\nHost: b\"]", "[\"Host: other\"]", "[\"content-length: 3\"]"}},
        {"ca_file", {"\"site.pem\"", "\"~/site.pem\""}},
        {"certificate_file", {"\"own.pem\""}},
        {"key_file", {"\"own.key\""}},
        {"http.json", {"\"{\"", "\"{a: 1}\"", "\"{\\\"a\\\": 1,}\""}},
        {"text.json.path", {"\"a[\"", "\"[x]\"", "\"a..b\""}},
        {"text.xml.path", {"\"\"", "\"/a[\"", "\"//\"", "\"a b\""}},
        {"variable", {"\"\"", "\"1A\"", "\"A-B\"", "\"A B\"", "\"A=\""}},
        {"variables", {"[]", "[\"A\", \"\"]", "[\"A-B\"]"}},
        {"file.to", {"[\"10.0.0.1\"]", "[\"10.0.0.2\", \"10.0.0.3\"]", "[]"}},
        {"backend", {"\"a b\"", "\"a/b\""}},
        {"server_name", {"\"a b\"", "\"a/b\"", "\"a;b\""}},
        {"port", {"0", "70000", "65536", "-1"}},
        {"timeout", {"0s", "-1s"}},
        {"line", {"\"STOP\\nSTART\"", "\"STOP\\n\""}},
        {"confirmed_by", {"\" OK\"", "\"\\nOK\""}},
        {"user", {"\"a:b\"", "\"a\\nb\""}},
        {"method", {"\"PATCH\"", "\"\""}},
        {"script", {"\"\"", "\" \\n\""}},
        {"words", {"\"\"", "\"a\\nb\""}},
        {"patience", {"0s", "-1s", "9000h"}},
        {"users", {"[]", "[\"\"]", "[\"jtel\", \"system user\"]", "[\"event_scheduler\"]"}},
        {"longest_write", {"-1s"}},
        {"seconds", {"1785000000000", "-99999999999"}},
        {"last", {"20000", "10001", "9223372036854775807"}},
        {"n", {"0"}},
        {"pattern", {"\"(\"", "\"[\"", "\"*\"", "\"a{2\"", "\"(a\\\\1\"", '"' + std::string(501, 'a') + '"'}},
        {"group", {"2", "-1"}},
    };
    return all;
}

/// The longest key that speaks of it.
template <typename Values>
const typename Values::mapped_type* find(const Values& values, const Signature& signature, const std::string& parameter) {
    for (const std::string& key : {signature.full_name() + "." + parameter, signature.module + "." + parameter, parameter}) {
        if (const auto it = values.find(key); it != values.end()) return &it->second;
    }
    return nullptr;
}

std::string machine_for(const Signature& signature) {
    if (signature.hosts == lang::HostKind::Windows) return "acd-tel1";
    if (signature.cluster == "mysql") return "acd-dbm1";
    if (signature.cluster == "haproxy") return "acd-lb1";
    return "acd-store1";
}

/// One argument as it is given here, the others as they should be.
std::string program(const Signature& signature, const std::string& parameter, const std::string& written) {
    std::string receiver, arguments;
    for (const Parameter& one : signature.parameters) {
        const std::string* usual = find(good(), signature, one.name);
        const bool is_receiver = signature.method && &one == &signature.parameters.front();
        if (one.name != parameter && one.default_value && usual == nullptr) continue;
        if (one.name != parameter) REQUIRE_MESSAGE(usual != nullptr, signature.full_name(), ": no value for ", one.name);
        const std::string& value = one.name == parameter ? written : *usual;
        if (is_receiver) {
            receiver = value;
        } else {
            arguments += fmt::format("{}{}: {}", arguments.empty() ? "" : ", ", one.name, value);
        }
    }
    const std::string call = fmt::format("{}.{}({})", signature.method ? receiver : signature.module, signature.name, arguments);
    const bool acts = signature.effect == Effect::Action;
    return fmt::format("on {} {{\n  {}{}\n}}\n", machine_for(signature), acts ? "" : "let answer = ", call);
}

std::vector<std::string> errors_of(const runtime::Registry& registry, const std::string& procedure) {
    const lang::Checked checked = lang::check(
        {.procedure = "test.proc",
         .site = "site.proc",
         .parameters = {},
         .load = [&](const std::string& path) -> std::optional<std::string> { return path == "site.proc" ? small_site : procedure; },
         .catalog = &registry.catalog()});
    std::vector<std::string> all;
    for (const lang::Diagnostic& diagnostic : checked.diagnostics) {
        if (diagnostic.severity == lang::Severity::Error) all.push_back(diagnostic.code + " " + diagnostic.message);
    }
    return all;
}

/// Whose values are all as good as another: the type says what there is.
bool needs_no_reader(const lang::Type& type) {
    return type.kind() == Kind::Bool || type.kind() == Kind::Enum || type.kind() == Kind::Host || type.kind() == Kind::Record;
}

}  // namespace

TEST_CASE("every parameter has a reader, or a reason why there is nothing to read") {
    const runtime::Registry registry(stdlib::all());
    for (const Signature& signature : registry.catalog()) {
        for (const Parameter& parameter : signature.parameters) {
            const bool reads = parameter.reads || !parameter.one_of.empty();
            const bool reasoned = !parameter.takes_all.empty() || (needs_no_reader(parameter.type) && !reads);
            CHECK_MESSAGE(reads != reasoned, signature.full_name(), ": `", parameter.name,
                          reads ? "` has a reader and a reason for none" : "` has neither a reader nor a reason for none");
        }
    }
}

TEST_CASE("what a reader refuses is told by the check, at the argument") {
    const runtime::Registry registry(stdlib::all());
    std::set<std::string> tried;
    for (const Signature& signature : registry.catalog()) {
        for (const Parameter& parameter : signature.parameters) {
            if (!parameter.reads && parameter.one_of.empty()) continue;
            const auto* refused = find(bad(), signature, parameter.name);
            REQUIRE_MESSAGE(refused != nullptr, signature.full_name(), ": nothing bad is known for ", parameter.name);
            for (const std::string& literal : *refused) {
                const std::string text = program(signature, parameter.name, literal);
                CAPTURE(text);
                const auto found = errors_of(registry, text);
                REQUIRE(found.size() == 1);
                const std::string code = parameter.one_of.empty() ? "E0323" : "E0313";
                CHECK_MESSAGE(found.front().starts_with(fmt::format("{} `{}` of ", code, parameter.name)), found.front());
            }
        }
        // As it should be, there is nothing to tell.
        const auto found = errors_of(registry, program(signature, "", ""));
        CHECK_MESSAGE(found.empty(), signature.full_name(), ": ", found.empty() ? "" : found.front());
    }
}

TEST_CASE("every default is one that the reader takes") {
    const runtime::Registry registry(stdlib::all());
    for (const Signature& signature : registry.catalog()) {
        std::vector<lang::Value> defaults;
        for (const Parameter& parameter : signature.parameters) defaults.push_back(parameter.default_value.value_or(lang::Value()));
        CHECK_MESSAGE(!lang::refusal(signature, defaults), signature.full_name());
    }
}

TEST_CASE("arguments that are read together are judged together") {
    const runtime::Registry registry(stdlib::all());
    const auto told = [&](const std::string& statements) {
        const auto found = errors_of(registry, statements);
        return found.size() == 1 ? found.front() : fmt::format("{} errors", found.size());
    };
    CHECK(told("let x = \"a\".capture(\"a\")") == "E0323 `group` of `text.capture`: 'a' has no group in parentheses, and this is group 1");
    CHECK(told("let x = \"a\".capture(\"a\", group: 0)") == "0 errors");
    CHECK(told("let x = \"a\".capture(\"(a)(b)\", group: 3)") ==
          "E0323 `group` of `text.capture`: '(a)(b)' has 2 groups, and this is group 3");
    CHECK(told("let x = list.range(20000, first: 15000)") == "0 errors");
    CHECK(told("let x = list.range(1, first: 20000)") == "0 errors");
    CHECK(told("let x = list.range(3, first: -9223372036854775807)") ==
          "E0323 `last` of `list.range`: the numbers from -9223372036854775807 to 3 are more than 10000");
}

TEST_CASE("what a cluster says is read by whoever will use it") {
    const runtime::Registry registry(stdlib::all());
    const auto told = [&](const std::string& kind, const std::string& entry) {
        const auto found = errors_of(registry, fmt::format("cluster more {{ kind {}  nodes acd-jb1  {} }}\n", kind, entry));
        return found.size() == 1 ? found.front() : fmt::format("{} errors", found.size());
    };
    for (const char* entry : {"socket \"run/haproxy.sock\"", "socket \"\"", "socket \"10.0.0.1:0\"", "socket \":9999\"",
                              "master \"10.0.0.1:9999\"", "page \"http://lb1:8404/stats\"", "page \"http://:8404\"",
                              "page \"http://:0/stats\"", "page \"ftp://:80/\"", "page \"http://:8404/a b\"", "backend \"a b\""}) {
        CAPTURE(entry);
        const std::string name(entry, std::string_view(entry).find(' '));
        CHECK(told("haproxy", entry).starts_with(fmt::format("E0406 `{}`: ", name)));
    }
    for (const char* entry : {"socket \"/run/haproxy.sock\"", "socket \"10.0.0.1:9999\"", "socket \"[::1]:9999\"", "master \"/run/m.sock\"",
                              "page \"http://:8404/haproxy?stats\"", "page \"https://:443/\"", "backend \"jb\""}) {
        CAPTURE(entry);
        CHECK(told("haproxy", entry) == "0 errors");
    }
    CHECK(told("pacemaker", "drbd [\"r0\", \"all\"]").starts_with("E0406 `drbd`: "));
    CHECK(told("pacemaker", "resource \"a b\"").starts_with("E0406 `resource`: "));
    CHECK(told("pacemaker", "resource [\"a\", \"b\"]  drbd \"r0\"") == "0 errors");
}

TEST_CASE("a script is tried on the shell of the machine that it is for") {
    const runtime::Registry registry(stdlib::all());
    const auto told = [&](const std::string& statements) {
        const auto found = errors_of(registry, statements);
        return found.size() == 1 ? found.front() : fmt::format("{} errors", found.size());
    };
    const std::string start = "E0324 this script cannot be sent to acd-tel1: ";
    CHECK(told("on acd-tel1 { shell.action(\"echo a\\necho b\") }") ==
          start + "cmd reads one line: a script of several lines needs PowerShell");
    CHECK(told("on acd-jb1 { shell.action(\"echo a\\necho b\") }") == "0 errors");
    CHECK(told("let part = \"50%\"\non acd-tel1 { shell.action(\"echo ${part}\") }") ==
          start + "cmd cannot carry a percent sign safely: use PowerShell for values");
    CHECK(told("let part = \"50%\"\non acd-jb1 { shell.action(\"echo ${part}\") }") == "0 errors");
    CHECK(told("on acd-tel1 { let x = shell.query(\"echo " + std::string(8200, 'a') + "\") }") ==
          start + "the command line has 8205 characters, and cmd takes 8191");
    CHECK(told("on acd-jb1 { let x = shell.query(\"echo " + std::string(140'000, 'a') + "\") }")
              .starts_with("E0324 this script cannot be sent to acd-jb1: the command line has 140005 bytes"));
    // What a run will put in is not known: what was written is read.
    CHECK(told("on acd-tel1 {\n  let id = machine.boot_id()\n  shell.action(\"echo ${id}\\necho b\")\n}") ==
          start + "cmd reads one line: a script of several lines needs PowerShell");
    CHECK(told("on acd-tel1 {\n  let id = machine.boot_id()\n  shell.action(\"echo ${id}\")\n}") == "0 errors");
}
