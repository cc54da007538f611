#include "lang/analysis/requirements.hpp"

#include <doctest/doctest.h>

#include "lang/check/api.hpp"
#include "tests/lang/analysis/catalog.hpp"

using namespace lang;

namespace {

constexpr const char* site = R"(
secret log_in from prompt "password"
secret by_key from prompt "password"
secret root from environment "ROOT"
secret database from file "/secret"
secret unused from environment "UNUSED"
secret own from environment "OWN"
host a { password log_in  sudo_password root  become sudo }
host b { password by_key  key "/key"  sudo_password unused }
host c { via simulated  password unused }
host d { password unused }
group all_three = a, b, c
cluster shop { kind mysql  nodes b  password database }
cluster other { kind mysql  nodes d  password unused }
)";

Requirements preview(const std::string& procedure) {
    const Catalog catalog = walk_tests::catalog();
    const Loader load = [&](const std::string& path) {
        return path == "test.proc" ? std::optional(procedure) : path == "site.proc" ? std::optional<std::string>(site) : std::nullopt;
    };
    const Checked checked = check({.procedure = "test.proc", .site = "site.proc", .parameters = {}, .load = load, .catalog = &catalog});
    REQUIRE_MESSAGE(checked.program != nullptr, checked.diagnostics.front().message);
    return requirements_of(*checked.program, catalog);
}

/// "There are … calls", and `!` before what only a failure brings up.
std::vector<std::string> questions(const std::string& procedure) {
    std::vector<std::string> all;
    for (const auto& [parts, question] : preview(procedure).questions) {
        if (question.kind == Requirements::Question::Kind::Decision) continue;
        std::string text = question.only_on_failure ? "!" : "";
        for (const auto& part : parts) text += part.value_or("…");
        all.push_back(text);
    }
    return all;
}

using Texts = std::vector<std::string>;
using Names = std::set<std::string>;

}  // namespace

TEST_CASE("questions are foreseen with what is known of their texts") {
    CHECK(questions("param side: int = 2\nconfirm \"side ${side}\"") == Texts{"side 2"});
    CHECK(questions("for n in [1, 2] { confirm \"test ${n}\" }") == Texts{"test 1", "test 2"});
    CHECK(questions("let n = ask int \"how many?\"\nconfirm \"${n} calls\"") == Texts{"… calls", "how many?"});
    CHECK(questions("needs action mend(m: host) \"mend ${m}, ${m.name}\"\nfor m in all_three { mend(m) }") ==
          Texts{"mend a, a", "mend b, b", "mend c, c"});
    CHECK(questions("param side: int = 2\nif side == 1 { confirm \"one\" } else { confirm \"two\" }") == Texts{"two"});
}

TEST_CASE("what only a failure brings up is told apart, and what nobody calls is not foreseen") {
    const std::string wait = "wait_until machine.answers() on a  within 5s  else { confirm \"go on?\" }\n";
    CHECK(questions(wait) == Texts{"!go on?"});
    CHECK(questions(wait + "confirm \"go on?\"") == Texts{"go on?"});
    CHECK(questions("on_failure { confirm \"sorry\" }\nnote \"x\"") == Texts{"!sorry"});
    CHECK(questions("define action never() { confirm \"x\" }").empty());
}

TEST_CASE("secrets are those that the procedure, its machines and its clusters need") {
    CHECK(preview("note \"x\"").secrets.empty());
    CHECK(preview("let s = own").secrets == Names{"own"});
    CHECK(preview("require machine.answers() on a").secrets == Names{"log_in", "root"});
    CHECK(preview("require machine.answers() on b").secrets.empty());
    CHECK(preview("require machine.answers() on c").secrets.empty());
    CHECK(preview("on b { mysql.stop() }").secrets == Names{"database"});
    CHECK(preview("define action never() { on b { mysql.stop() } }").secrets.empty());
    CHECK(preview("lock a\non c { machine.shutdown() }").secrets == Names{"log_in", "root"});
}
