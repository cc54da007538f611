// What the checker makes of a procedure that is right.
#include <doctest/doctest.h>

#include "tests/lang/check/catalog.hpp"
#include "tests/support/golden.hpp"

using namespace lang;

namespace {

/// The program; the test fails where there is none.
std::shared_ptr<const program::Program> program_of(const std::string& procedure) {
    const Checked checked =
        support::check({{"main.proc", procedure}, {"site.proc", support::read(support::in_tests("lang/check/site.proc"))}});
    INFO(support::rendered(checked));
    REQUIRE(checked.program != nullptr);
    return checked.program;
}

template <typename Node>
const Node& as(const program::Stmt& statement) {
    const Node* node = std::get_if<Node>(&statement.node);
    REQUIRE(node != nullptr);
    return *node;
}

template <typename Node>
const Node& as(const program::Expr& expression) {
    const Node* node = std::get_if<Node>(&expression.node);
    REQUIRE(node != nullptr);
    return *node;
}

}  // namespace

TEST_CASE("steps are numbered as they stand, those in `parallel` too") {
    const auto program = program_of(
        "step \"a\" { note \"x\" }\n"
        "parallel {\n  step \"b\" { note \"x\" }\n  step \"c\" {\n    step \"d\" { note \"x\" }\n  }\n}\n"
        "step \"e\" { note \"x\" }");
    CHECK(program->steps == 5);
    CHECK(as<program::Step>(program->body[0]).number == "1");
    const auto& branches = as<program::Parallel>(program->body[1]).branches;
    CHECK(as<program::Step>(branches[0]).number == "2");
    CHECK(as<program::Step>(branches[1]).number == "3");
    CHECK(as<program::Step>(as<program::Step>(branches[1]).body[0]).number == "3.1");
    CHECK(as<program::Step>(program->body[2]).number == "4");
}

TEST_CASE("arguments are in the order of the signature, with defaults filled in") {
    const auto program = program_of("on acd-jb1 {\n  svc.stop(if_missing: Skip, unit: \"a\")\n  svc.stop(\"b\")\n}");
    const auto& body = as<program::On>(program->body[0]).body;
    const auto& first = as<program::Action>(body[0]);
    CHECK(as<program::Literal>(first.arguments[0]).value.text() == "a");
    CHECK(as<program::Literal>(first.arguments[1]).value.member_name() == "Skip");
    const auto& second = as<program::Action>(body[1]);
    CHECK(as<program::Literal>(second.arguments[1]).value.member_name() == "Fail");
}

TEST_CASE("the types of all named slots are written down, so that their values can be stored and read again") {
    const auto program = program_of("param a: int = 1\nlet b = \"text\"\nnote \"${a} ${b}\"");
    REQUIRE(program->slot_types.size() == static_cast<std::size_t>(program->slots));
    CHECK(program->slot_types[0].kind() == Kind::Int);
    CHECK(program->slot_types[1].kind() == Kind::Text);
}

TEST_CASE("parameters take the first slots, and a step knows which slots it sets") {
    const auto program = program_of(
        "param a: int = 1\nparam b: int = 2\nlet c = a + b\n"
        "step \"s\" {\n  let d = c\n  on acd-jb1 { let e = d\n note \"${e}\" }\n  note \"${d}\"\n}");
    CHECK(program->parameters[0].slot == 0);
    CHECK(program->parameters[1].slot == 1);
    const auto& let = as<program::Let>(program->body[0]);
    CHECK(let.slot == 2);
    CHECK(let.value.type.kind() == Kind::Int);
    const auto& step = as<program::Step>(program->body[1]);
    CHECK(step.visible == std::vector<int>{3});
    CHECK(program->slots == 5);
}

TEST_CASE("a query on a host carries it, whatever is done with the answer") {
    const auto program = program_of("let role = disk.status(\"r0\").role on acd-store1\nnote \"${role}\"");
    const auto& field = as<program::FieldOf>(as<program::Let>(program->body[0]).value);
    CHECK(field.field == 0);
    const auto& call = as<program::Call>(*field.record);
    REQUIRE(call.on != nullptr);
    CHECK(as<program::Literal>(*call.on).value.host().name == "acd-store1");
}

TEST_CASE("quantifiers over hosts are asked on each of them, and `where` reads facts") {
    const auto program = program_of("require all s in stores where side == 1: disk.in_sync(\"r0\")");
    const auto& quantified = as<program::Quantified>(as<program::Require>(program->body[0]).condition);
    CHECK(quantified.on_element);
    const auto& filter = as<program::Filter>(*quantified.list);
    const auto& fact = as<program::FactOf>(*as<program::Compare>(*filter.condition).left);
    CHECK(fact.fact == "side");
    CHECK(as<program::Slot>(*fact.host).index == filter.slot);
}

TEST_CASE("a need that the site meets is a call of its define; one that it does not is a person's work") {
    const auto program = program_of(
        "needs action power_on(target: host) \"Switch ${target} on\"\n"
        "needs action silence(machines: list of host, time: duration) \"Silence ${machines} for ${time}\"\n"
        "needs action look(target: host)\n"
        "power_on(acd-jb1)\nsilence(jb, 2h)\nlook(acd-jb1)");
    const auto& defined = program->defines[as<program::RunDefine>(program->body[0]).define];
    CHECK_FALSE(defined.human.has_value());
    const auto& human = program->defines[as<program::RunDefine>(program->body[1]).define];
    REQUIRE(human.human.has_value());
    CHECK(human.parameters == std::vector<std::string>{"machines", "time"});
    const auto& without_text = program->defines[as<program::RunDefine>(program->body[2]).define];
    CHECK(as<program::Literal>(as<program::Interpolated>(*without_text.human).parts.front()).value.text() == "look(");
    CHECK(program->asks_people);
}

TEST_CASE("a define sees parameters and top-level lets as globals, and its own parameters as slots") {
    const auto program =
        program_of("param side: int = 1\nlet store = acd-store1\ndefine action x(n: int) { note \"${side} ${store} ${n}\" }\nx(1)");
    const auto& text = as<program::Interpolated>(as<program::Note>(std::get<program::Block>(program->defines.back().body)[0]).text);
    CHECK(as<program::Global>(text.parts[0]).index == 0);
    CHECK(as<program::Global>(text.parts[2]).index == 1);
    CHECK(as<program::Slot>(text.parts[4]).index == 0);
}

TEST_CASE("the site has facts by default, its connections and its clusters") {
    const Checked checked = support::check({{"main.proc",
                                             "fact side: int = 1\nsecret pw from file \"/etc/pw\"\n"
                                             "connect linux { user \"procrun\"  become sudo  sudo_password pw }\n"
                                             "host a { address \"10.1.1.1\"  side 2 }\nhost w { os windows  user \"admin\"  port 2222 }\n"
                                             "host h { become none }\n"
                                             "group both = a, h\ngroup second = both where side == 2\ngroup none = nobody\n"
                                             "cluster web { kind haproxy  nodes a  servers both  backend \"jb\" }"}});
    INFO(support::rendered(checked));
    REQUIRE(checked.program != nullptr);
    const Site& site = *checked.program->site;
    const Host& a = *site.find_host("a");
    CHECK(a.user == "procrun");
    CHECK(a.become == Become::Sudo);
    CHECK(a.sudo_password == "pw");
    CHECK(a.facts.at("side").integer() == 2);
    CHECK(a.facts.at("name").text() == "a");
    CHECK(a.facts.at("address").text() == "10.1.1.1");
    const Host& w = *site.find_host("w");
    CHECK(w.os == Os::Windows);
    CHECK(w.user == "admin");
    CHECK(w.port == 2222);
    CHECK(w.facts.at("side").integer() == 1);
    CHECK(w.address == "w");
    CHECK(site.find_host("h")->become == Become::None);
    CHECK(site.find_group("second")->hosts == std::vector<const Host*>{&a});
    CHECK(site.find_group("none")->hosts.empty());
    CHECK(site.find_cluster("web")->kind == "haproxy");
    CHECK(site.find_cluster("web")->settings.at("servers").items().size() == 2);
}
