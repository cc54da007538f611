#include "lang/program/constant.hpp"

#include <doctest/doctest.h>

#include "lang/model/site.hpp"

using namespace lang;
using namespace lang::program;
using Op = BinaryOp;
using Quantifier = Quantifier;

namespace {

/// Of any type: only what the checker has refused has none.
Expr node(Expr::Node content) { return {std::move(content), Kind::Bool, {}}; }
ExprPtr ptr(Expr::Node content) { return std::make_unique<Expr>(node(std::move(content))); }
ExprPtr value(Value v) { return ptr(Literal{std::move(v)}); }
ExprPtr fact(ExprPtr host, std::string name) { return ptr(FactOf{std::move(host), std::move(name)}); }
ExprPtr slot(int index) { return ptr(Slot{index, {}}); }
/// Something that only a run can tell.
ExprPtr query() { return ptr(Call{0, {}, nullptr}); }
Expr equal_to(ExprPtr left, Value right) { return node(Compare{Op::Equal, std::move(left), value(std::move(right))}); }

/// Two stores: acd-store1 on VM host 1, acd-store2 on VM host 2.
struct Stores {
    Host one, two;
    Value both;
    Stores() {
        one.name = "acd-store1";
        one.facts = {{"vm_host", 1}};
        two.name = "acd-store2";
        two.facts = {{"vm_host", 2}};
        both = Value::list({Value(&one), Value(&two)});
    }
    ExprPtr all() const { return value(both); }
    ExprPtr where(int vm_host) const { return ptr(Filter{0, all(), std::make_unique<Expr>(equal_to(fact(slot(0), "vm_host"), vm_host))}); }
    Expr quantified(Quantifier kind, ExprPtr body, std::int64_t count = 0) const {
        return node(Quantified{kind, count, 0, "s", all(), std::move(body), true});
    }
};

std::string folded(const Expr& expression, const Frame& frame = {}) {
    const auto found = constant(expression, frame);
    return found ? found->show() : "not constant";
}

}  // namespace

TEST_CASE("what the checker has refused has no value, nor has what it decides") {
    const auto refused = [](Value v) { return Expr{Literal{std::move(v)}, Kind::Nothing, {}}; };
    CHECK(folded(refused(5)) == "not constant");
    CHECK(folded({Literal{Value::list({5})}, Type::list_of(Kind::Nothing), {}}) == "not constant");
    CHECK(folded(node(Literal{Value()})) == "not constant");
    CHECK(folded(node(Logic{true, std::make_unique<Expr>(refused(true)), value(true)})) == "not constant");
    CHECK(folded(node(Logic{true, std::make_unique<Expr>(refused(5)), value(false)})) == "false");
}

TEST_CASE_FIXTURE(Stores, "a host set from facts is constant, and so is the one of it") {
    CHECK(folded(*where(2)) == "[acd-store2]");
    CHECK(folded(*where(3)) == "[]");
    CHECK(folded(node(OneOf{where(1)})) == "acd-store1");
    CHECK(folded(*fact(ptr(OneOf{where(2)}), "vm_host")) == "2");
}

TEST_CASE_FIXTURE(Stores, "one of none or of several has no value") {
    CHECK(folded(node(OneOf{where(3)})) == "not constant");
    CHECK(folded(node(OneOf{all()})) == "not constant");
}

TEST_CASE_FIXTURE(Stores, "a filter that asks the world is not constant, even where one element is decided") {
    CHECK(folded(node(Filter{0, all(), query()})) == "not constant");
}

TEST_CASE("slots and globals have the values that the frame knows") {
    const std::vector<std::optional<Value>> slots{std::nullopt, 7};
    const std::vector<std::optional<Value>> globals{"g"};
    const Frame frame{.slots = slots, .globals = globals};
    CHECK(folded(*slot(0), frame) == "not constant");
    CHECK(folded(*slot(1), frame) == "7");
    CHECK(folded(node(Global{0, "g"}), frame) == "\"g\"");
}

TEST_CASE_FIXTURE(Stores, "the current host is constant where the frame knows it, and inside a quantifier over hosts") {
    CHECK(folded(node(CurrentHost{})) == "not constant");
    CHECK(folded(node(CurrentHost{}), Frame{.host = &two}) == "acd-store2");
    CHECK(folded(quantified(Quantifier::Exactly, std::make_unique<Expr>(equal_to(fact(ptr(CurrentHost{}), "vm_host"), 1)), 1)) == "true");
}

TEST_CASE("a side that decides alone makes and, or constant beside a query") {
    CHECK(folded(node(Logic{true, query(), value(false)})) == "false");
    CHECK(folded(node(Logic{false, value(true), query()})) == "true");
    CHECK(folded(node(Logic{true, value(true), query()})) == "not constant");
    CHECK(folded(node(Not{value(true)})) == "false");
}

TEST_CASE_FIXTURE(Stores, "a quantifier is constant as soon as nothing open can change it") {
    const auto on_one = [](ExprPtr beside) {
        return ptr(Logic{false, std::make_unique<Expr>(equal_to(fact(slot(0), "vm_host"), 1)), std::move(beside)});
    };
    CHECK(folded(quantified(Quantifier::Any, on_one(query()))) == "true");
    CHECK(folded(quantified(Quantifier::No, on_one(query()))) == "false");
    CHECK(folded(quantified(Quantifier::All, on_one(query()))) == "not constant");
    CHECK(folded(quantified(Quantifier::All, on_one(value(false)))) == "false");
    CHECK(folded(quantified(Quantifier::Exactly, query(), 3)) == "false");
    CHECK(folded(quantified(Quantifier::Exactly, on_one(value(false)), 1)) == "true");
}

TEST_CASE("all and no hold for nobody, any does not") {
    const auto over_nobody = [](Quantifier kind) {
        return folded(node(Quantified{kind, 0, 0, "s", value(Value::list({})), value(true), false}));
    };
    CHECK(over_nobody(Quantifier::All) == "true");
    CHECK(over_nobody(Quantifier::No) == "true");
    CHECK(over_nobody(Quantifier::Any) == "false");
    CHECK(over_nobody(Quantifier::Exactly) == "true");
}

TEST_CASE("only the chosen branch of if-then-else counts") {
    CHECK(folded(node(Choice{value(true), value(1), query()})) == "1");
    CHECK(folded(node(Choice{value(false), value(1), query()})) == "not constant");
    CHECK(folded(node(Choice{query(), value(1), value(1)})) == "not constant");
}

TEST_CASE("an overflow has no value") {
    CHECK(folded(node(Arithmetic{Op::Plus, value(std::int64_t{9223372036854775807}), value(1)})) == "not constant");
    CHECK(folded(node(Arithmetic{Op::Plus, value(41), value(1)})) == "42");
}

TEST_CASE_FIXTURE(Stores, "lists join and texts fill their holes") {
    ListOf joined{{}, true};
    joined.items.push_back(std::move(*where(2)));
    joined.items.push_back(std::move(*where(1)));
    CHECK(folded(node(std::move(joined))) == "[acd-store2, acd-store1]");
    Interpolated text;
    text.parts.push_back(std::move(*value("on ")));
    text.parts.push_back(std::move(*value(&one)));
    CHECK(folded(node(std::move(text))) == "\"on acd-store1\"");
}

TEST_CASE("a define with a value is entered with its arguments where the frame names the defines") {
    std::vector<Define> defines;
    Define doubled{.name = "doubled", .parameters = {"n"}, .slots = 1, .body = {}, .human = {}, .span = {}};
    doubled.body = node(Arithmetic{Op::Times, slot(0), ptr(Global{0, "factor"})});
    defines.push_back(std::move(doubled));
    CallDefine call{0, {}, nullptr};
    call.arguments.push_back(std::move(*value(21)));
    const Expr expression = node(std::move(call));
    const std::vector<std::optional<Value>> globals{2};
    CHECK(folded(expression, Frame{.slots = globals, .globals = globals, .defines = defines}) == "42");
    CHECK(folded(expression) == "not constant");
}

TEST_CASE_FIXTURE(Stores, "quantifiers inside each other have an element each, and a define sees none of them") {
    Quantified inner{Quantifier::Any, 0, 1, "b", all(), ptr(Compare{Op::Equal, slot(0), slot(1)}), false};
    Quantified outer{Quantifier::All, 0, 0, "a", all(), ptr(std::move(inner)), false};
    CHECK(folded(node(std::move(outer))) == "true");

    std::vector<Define> defines;
    Define first{.name = "first", .parameters = {}, .slots = 1, .body = {}, .human = {}, .span = {}};
    first.body = node(Slot{0, {}});
    defines.push_back(std::move(first));
    Quantified calls{Quantifier::All, 0, 0, "a", all(), ptr(Compare{Op::Equal, ptr(CallDefine{0, {}, nullptr}), slot(0)}), false};
    CHECK(folded(node(std::move(calls)), Frame{.defines = defines}) == "not constant");
}
