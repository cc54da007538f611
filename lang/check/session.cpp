#include "lang/check/session.hpp"

#include <algorithm>
#include <deque>

#include "lang/analysis/analyze.hpp"
#include "lang/check/broken.hpp"
#include "lang/check/lookup/kept.hpp"
#include "lang/check/procedure.hpp"
#include "lang/syntax/parse.hpp"

namespace lang {

using namespace checker;

namespace {

CheckRequest request_for(const std::optional<std::string>& site, Loader load, const Catalog& catalog) {
    return {.procedure = site.value_or("(typed)"), .site = site, .parameters = {}, .load = std::move(load), .catalog = &catalog};
}

/// With the texts that the program was made of; other files are read.
CheckRequest request_for(const program::Program& running, Loader load, const Catalog& catalog) {
    const auto is_it = [&](const program::Part& part) { return procedure_name(part.path) == running.name; };
    const auto procedure = std::find_if(running.parts.begin(), running.parts.end(), is_it);
    CheckRequest request = request_for(
        running.site->path.empty() ? std::nullopt : std::optional(running.site->path),
        [parts = running.parts, load = std::move(load)](const std::string& path) {
            const auto part = std::find_if(parts.begin(), parts.end(), [&](const auto& p) { return p.path == path; });
            return part == parts.end() ? load(path) : std::optional(part->text);
        },
        catalog);
    if (procedure != running.parts.end()) request.procedure = procedure->path;
    return request;
}

}  // namespace

struct Session::State {
    State(CheckRequest what, bool running) : request(std::move(what)), index(*request.catalog) {
        environment.defines = &defines;
        environment.kept = &kept;
        top.top = top.steps = top.lasting = true;
        top.level = &level;
        if (request.site || running) read_files(running);
    }

    void read_files(bool running) {
        files = load_files(request, *sources, report);
        environment.broken = names_in_broken_lines(report.raw(), *sources);
        read_declarations(sorted(files, report), files, environment);
        // A define of the program that runs may use what is not set yet: it is read when it is called.
        if (running) from_program = defines.size();
        defines.finish(from_program);
        site_findings = report.take();
    }

    const CheckRequest request;
    const Index index;
    std::size_t from_program = 0;  ///< so many defines
    std::shared_ptr<Sources> sources = std::make_shared<Sources>();
    Report report;
    Environment environment{index, report, *sources, request};
    Defines defines{environment};
    KeptTypes kept{request, false};
    Files files;
    Diagnostics site_findings;

    // The numbers of steps go on from text to text, as the slots do.
    StepLevel level;
    Place top;
    std::deque<Fragment> typed;  ///< defines refer to their trees
    bool incomplete = false;
    ExprContext expr_context{};
};

namespace {

/// The call of an action is an expression too, as far as the parser can tell.
bool is_action(const ast::Expr& expression, const Environment& environment, const Defines& defines) {
    const auto* call = std::get_if<ast::Call>(&expression.node);
    if (call == nullptr) return false;
    if (const auto* name = std::get_if<ast::NameUse>(&call->callee->node)) {
        const Meaning* meaning = environment.names.find(name->name);
        const auto* define = meaning == nullptr ? nullptr : std::get_if<DefineName>(&meaning->what);
        return define != nullptr && defines[define->index].action;
    }
    const auto* member = std::get_if<ast::Member>(&call->callee->node);
    const auto* module = member == nullptr ? nullptr : std::get_if<ast::NameUse>(&member->of->node);
    const auto builtin = module == nullptr ? std::nullopt : environment.index.find(module->name, member->name.text);
    if (!builtin) return false;
    const Effect effect = environment.index[*builtin].effect;
    return effect == Effect::Action || effect == Effect::Human;
}

void add_defines(const Fragment& fragment, Defines& defines, Report& report) {
    for (const ast::Item& item : fragment.items) {
        if (const auto* define = std::get_if<ast::Define>(&item.node)) {
            defines.add(*define);
        } else if (!std::holds_alternative<ast::Stmt>(item.node)) {
            report.error("E0403", item.span, "this stands in a file, not at the prompt")
                .help("statements, expressions and defines are typed");
        }
    }
}

}  // namespace

Session::Session(const std::optional<std::string>& site, Loader load, const Catalog& catalog)
    : state_(std::make_unique<State>(request_for(site, std::move(load), catalog), false)) {}

Session::Session(const program::Program& running, Loader load, const Catalog& catalog)
    : state_(std::make_unique<State>(request_for(running, std::move(load), catalog), true)) {}

Session::~Session() = default;

const Diagnostics& Session::site_findings() const { return state_->site_findings; }
std::shared_ptr<const Site> Session::site() const { return state_->environment.site; }
std::shared_ptr<const Sources> Session::sources() const { return state_->sources; }
bool Session::incomplete() const { return state_->incomplete; }

void Session::stand_on_a_host() { state_->expr_context.host = ExprContext::Host::Current; }

std::vector<std::string> Session::names() const {
    std::vector<std::string> names = state_->environment.names.all();
    const std::vector<std::string> set = state_->environment.program.visible();
    names.insert(names.end(), set.begin(), set.end());
    std::sort(names.begin(), names.end());
    return names;
}

Checked Session::fragment(const std::string& text) {
    State& s = *state_;
    Scope& scope = s.environment.program;
    const std::size_t bindings_before = scope.mark();
    const std::size_t defines_before = s.defines.size();

    const std::uint32_t file = s.sources->add("(typed)", text + '\n');
    const Fragment& fragment = s.typed.emplace_back(parse_fragment(*s.sources, file, s.report.raw()));
    s.incomplete = fragment.incomplete;
    s.environment.broken = names_in_broken_lines(s.report.raw(), *s.sources);
    s.defines.begin_again();
    s.level.titles.clear();  // a step may be typed again
    s.environment.lacks_site = false;

    auto program = std::make_shared<program::Program>();
    program->name = "session";
    for (std::uint32_t one = 0; one < s.sources->size(); ++one) {
        const Source& source = (*s.sources)[one];
        program->parts.push_back({source.path, source.text});  // what is typed is quoted like what is written
    }
    program->site = s.environment.site;
    Expressions expressions(s.environment, scope, nullptr, s.expr_context);
    Statements statements(expressions);
    if (fragment.expression && !is_action(*fragment.expression, s.environment, s.defines)) {
        program::Let let;
        let.value = expressions.value(*fragment.expression);
        let.slot = scope.add_slot();
        program->body.push_back({.node = std::move(let), .span = fragment.expression->span});
    } else {
        add_defines(fragment, s.defines, s.report);
        for (const ast::Item& item : fragment.items) {
            const auto* statement = std::get_if<ast::Stmt>(&item.node);
            if (statement == nullptr) continue;
            if (auto lowered = statements.statement(*statement, s.top)) program->body.push_back(std::move(*lowered));
        }
    }
    s.defines.finish(s.from_program);
    program->defines = s.defines.take();
    program->slots = scope.slots();
    program->steps = statements.steps();
    program->asks_people = statements.asks_people();
    program->keeps = s.environment.keeps;
    analyze(*program, *s.request.catalog, s.report.raw(), !s.report.has_errors());

    Checked checked;
    if (s.report.has_errors()) {
        scope.forget_since(bindings_before);
        s.defines.forget_since(defines_before);
    } else {
        checked.program = std::move(program);
    }
    checked.diagnostics = s.report.take();
    checked.sources = s.sources;
    return checked;
}

}  // namespace lang
