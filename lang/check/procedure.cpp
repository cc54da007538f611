#include "lang/check/procedure.hpp"

#include <fmt/format.h>

#include "lang/check/broken.hpp"
#include "lang/check/declarations/parameters.hpp"
#include "lang/check/declarations/sites.hpp"
#include "lang/check/lookup/kept.hpp"

namespace lang::checker {

namespace {

void read_invariants(const Declarations& all, Environment& environment, program::Program& program) {
    for (const auto& [invariant, span] : all.invariants) {
        Expressions expressions(environment, environment.program, nullptr, {});  // it is asked with the program's frame
        program.invariants.push_back({.text = invariant->text, .condition = expressions.condition(invariant->condition, "an invariant")});
    }
}

void read_watches(const Declarations& all, Environment& environment, program::Program& program) {
    for (const auto& [watch, span] : all.watches) {
        Expressions expressions(environment, environment.program, nullptr, {});
        program::Watch lowered{.text = watch->text,
                               .every = expressions.duration(watch->every, "`every`"),
                               .condition = expressions.condition(watch->condition, "the condition of a watch"),
                               .failures = watch->failures,
                               .run = watch->run};
        if (watch->failures < 1) environment.report.error("E0317", span, "`after` counts failures from 1");
        const std::string path = beside(environment.sources[span.file].path, watch->run);
        if (!environment.load(path)) {
            environment.report.error("E0401", span, fmt::format("there is no procedure `{}` to run", path))
                .help(nearest_file(environment.request, watch->run, path).value_or("the path is taken from where this file is"));
        }
        program.watches.push_back(std::move(lowered));
    }
}

/// Names that a top-level `let` will set: whoever uses one before is told so.
void note_lets(const Declarations& all, Environment& environment) {
    for (const ast::Stmt* statement : all.statements) {
        if (const auto* let = std::get_if<ast::Let>(&statement->node)) environment.lets_to_come.emplace(let->name.text, let->name.span);
    }
}

void read_body(const Declarations& all, Environment& environment, program::Program& program) {
    Expressions expressions(environment, environment.program, nullptr, {});
    Statements statements(expressions);
    StepLevel level;
    Place top;
    top.top = top.steps = top.lasting = true;
    top.level = &level;
    for (const ast::Stmt* written : all.statements) {
        if (auto statement = statements.statement(*written, top)) program.body.push_back(std::move(*statement));
    }
    program.steps = statements.steps();
    program.asks_people = statements.asks_people();
}

/// `on_failure` runs when a *later* statement fails.
void warn_of_late_on_failure(const Declarations& all, Report& report) {
    if (all.statements.size() < 2) return;
    const ast::Stmt& last = *all.statements.back();
    if (!std::holds_alternative<ast::OnFailure>(last.node)) return;
    report.warning("W0604", last.span, "this `on_failure` never runs: nothing stands after it")
        .help("it runs when a later statement fails: put it before the steps");
}

/// Saved too early, or not at all: whatever it was to hold is missing.
void warn_of_empty_files(const Files& files, Environment& environment) {
    for (const LoadedFile& file : files.files) {
        if (!file.tree.items.empty()) continue;
        const Source& source = environment.sources[file.tree.file];
        const bool is_blank = source.text.find_first_not_of(" \t\r\n") == std::string::npos;
        environment.report
            .warning("W0605", {0, 0, file.tree.file}, is_blank ? "this file is empty" : "there are only comments in this file")
            .help("a procedure has statements, a site has hosts: is this the right file, and was it saved?");
    }
}

void warn_of_unused(const Files& files, Environment& environment) {
    for (const Unused& unused : environment.unused) {
        if (unused.what == Unused::Is::Let) {
            environment.report.warning("W0602", unused.span, fmt::format("`{}` is set and never used", unused.name)).label("not used");
        } else if (unused.what == Unused::Is::ParameterOfDefine || unused.span.file == files.procedure) {
            environment.report.warning("W0601", unused.span, fmt::format("the parameter `{}` is never used", unused.name))
                .label("not used");
        }
    }
}

}  // namespace

void note_unused(const Scope& scope, std::optional<Unused::Is> parameters, Environment& environment) {
    for (const Binding& binding : scope.all()) {
        if (binding.used || binding.kind == Binding::Kind::Variable) continue;
        if (binding.kind != Binding::Kind::Parameter) {
            environment.unused.push_back({binding.name, binding.span, Unused::Is::Let});
        } else if (parameters) {
            environment.unused.push_back({binding.name, binding.span, *parameters});
        }
    }
}

std::string read_declarations(const Declarations& all, const Files& files, Environment& environment) {
    environment.lacks_imports = files.lacks_imports;
    build_site(all, files, environment);
    for (const auto& [define, span] : all.defines) environment.defines->add(*define);
    std::string scene = check_needs(all, environment);
    for (const auto& [need, span] : all.needed_verbs) environment.defines->add(*need);
    return scene;
}

program::Program read_procedure(const CheckRequest& request, const Files& files, Environment& environment) {
    program::Program program;
    program.name = procedure_name(request.procedure);
    for (std::uint32_t file = 0; file < environment.sources.size(); ++file) {
        const Source& source = environment.sources[file];
        program.parts.push_back({source.path, source.text});
    }
    if (!files.whole) return program;

    environment.broken = names_in_broken_lines(environment.report.raw(), environment.sources);
    const Declarations all = sorted(files, environment.report);
    if (clashes_with_site(all, files, environment)) return program;
    const bool loses_a_cluster = files.lacks_imports || loses("cluster", environment.report.raw(), environment.sources);
    program.scene = read_declarations(all, files, environment);
    if (loses_a_cluster) environment.site->clusters.push_back({});
    program.parameters = read_parameters(all, request.parameters, environment);
    // Whenever these are asked, no `let` has been set for sure: they are read before there is one.
    read_invariants(all, environment, program);
    read_watches(all, environment, program);
    note_lets(all, environment);
    read_body(all, environment, program);
    environment.defines->finish();

    note_unused(environment.program, Unused::Is::Parameter, environment);
    if (!environment.report.has_errors()) {
        warn_of_empty_files(files, environment);
        warn_of_unused(files, environment);
        warn_of_late_on_failure(all, environment.report);
    }
    program.site = environment.site;
    program.defines = environment.defines->take();
    program.slots = environment.program.slots();
    program.slot_types = environment.program.slot_types();
    program.keeps = environment.keeps;
    return program;
}

std::map<std::string, Type> keeps_of(const CheckRequest& request) {
    Sources sources;
    Report report;
    const Index index(*request.catalog);
    Environment environment(index, report, sources, request);
    Defines defines(environment);
    KeptTypes kept(request, true);
    environment.defines = &defines;
    environment.kept = &kept;
    const Files files = load_files(request, sources, report);
    read_procedure(request, files, environment);
    return environment.keeps;
}

}  // namespace lang::checker
