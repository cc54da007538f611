// Parameters: from the texts of the command line to values.
#include <doctest/doctest.h>

#include "tests/lang/check/catalog.hpp"

using namespace std::chrono_literals;
using support::rendered;

namespace {

const std::string site = "host a { }\nhost b { }";

/// The value of the one parameter `p` of that type, given as that text.
std::string given(const std::string& type, const std::string& text) {
    const auto checked = support::check({{"main.proc", "param p: " + type + "\nnote \"${p}\""}, {"site.proc", site}}, {{"p", text}});
    if (checked.program == nullptr) return checked.diagnostics.front().code;
    return checked.program->parameters.front().value.show();
}

}  // namespace

TEST_CASE("parameters are read by their type") {
    CHECK(given("int", "5") == "5");
    CHECK(given("bool", "yes") == "true");
    CHECK(given("text", "a, b") == "\"a, b\"");
    CHECK(given("duration", "1h30m") == "1h30m");
    CHECK(given("address", "10.1.1.1") == "\"10.1.1.1\"");
    CHECK(given("host", "a") == "a");
    CHECK(given("disk.Role", "Primary") == "Primary");
    CHECK(given("list of host", "a,b") == "[a, b]");
    CHECK(given("list of int", "") == "[]");
}

TEST_CASE("a text that is not a value of the type is refused, with what it should be") {
    for (const auto& entry : {std::pair{"int", "5s"}, {"duration", "30"}, {"address", "10.1.1"}, {"host", "c"}, {"disk.Role", "primary"}}) {
        const auto& type = std::get<0>(entry);
        const auto& text = std::get<1>(entry);
        CAPTURE(type);
        CHECK(given(type, text) == "E0511");
    }
    const auto checked = support::check({{"main.proc", "param store: host\nnote \"${store}\""}, {"site.proc", "host acd-store1 { }"}},
                                        {{"store", "acd-stor1"}});
    CHECK(rendered(checked).find("did you mean `acd-store1`?") != std::string::npos);
}

TEST_CASE("all parameters without a value are listed at once, as they are given") {
    const auto checked = support::check({{"main.proc",
                                          "param master: address \"the master\"\nparam slave: address\nparam back: bool = false\n"
                                          "note \"${master} ${slave} ${back}\""}});
    REQUIRE(checked.diagnostics.size() == 1);
    const auto& missing = checked.diagnostics.front();
    CHECK(missing.code == "E0510");
    CHECK(missing.message == "2 parameters have no value: master, slave");
    CHECK(missing.help.find("master=ADDRESS   the master") != std::string::npos);
    CHECK(missing.help.find("slave=ADDRESS") != std::string::npos);
}

TEST_CASE("a parameter that nobody declared is refused, with what was likely meant") {
    const auto checked = support::check({{"main.proc", "param home: int = 1\nnote \"${home}\""}}, {{"hom", "2"}});
    REQUIRE(checked.diagnostics.size() == 1);
    CHECK(checked.diagnostics.front().code == "E0214");
    CHECK(checked.diagnostics.front().help == "did you mean `home`?");
}

TEST_CASE("a default may be computed from parameters before it") {
    const auto checked =
        support::check({{"main.proc", "param home: int = 1\nparam away: int = 3 - home\nnote \"${home} ${away}\""}}, {{"home", "2"}});
    REQUIRE(checked.program != nullptr);
    CHECK(checked.program->parameters[0].given);
    CHECK(checked.program->parameters[1].value.integer() == 1);
    CHECK(checked.program->parameters[1].slot == 1);
}
