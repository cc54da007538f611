#include "runtime/resume/texts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lang/program/parts.hpp"
#include "runtime/event/key.hpp"
#include "runtime/resume/meaning.hpp"

namespace runtime {

namespace {

namespace ir = lang::program;
using Steps = std::vector<const ir::Step*>;

void collect(const ir::Block& block, Steps& steps) {
    for (const ir::Stmt& stmt : block) {
        if (const auto* parallel = std::get_if<ir::Parallel>(&stmt.node)) collect(parallel->branches, steps);
        if (const auto* step = std::get_if<ir::Step>(&stmt.node)) steps.push_back(step);
    }
}

std::string title(const ir::Step& step) {
    const auto* literal = std::get_if<ir::Literal>(&step.title.node);
    return fmt::format("{} \"{}\"", step.number, literal != nullptr ? literal->value.plain() : "…");
}

/// Pairs the steps of two blocks, and those in them: first those that say the same, then those of the same title, then those of the same
/// number. Equal ones by their order.
class Pairing {
  public:
    Pairing(const ir::Program& then, const ir::Program& now, const lang::Catalog& catalog) : then_(then), now_(now), catalog_(catalog) {}

    std::map<std::string, std::string> pairs;
    std::set<std::string> same;

    void blocks(const ir::Block& then, const ir::Block& now) {
        Steps old = steps_in(then), today = steps_in(now);
        const auto whole = [&](const ir::Step& step, const ir::Program& program) { return meaning_of_step(step, program, catalog_); };
        for (const ir::Step* step : pair(old, today, whole)) mark_same(*step);
        pair(old, today, [](const ir::Step& step, const ir::Program& program) {
            return program.parts[step.title.span.file].text.substr(step.title.span.begin, step.title.span.end - step.title.span.begin);
        });
        pair(old, today, [](const ir::Step& step, const ir::Program&) { return step.number; });
    }

  private:
    template <typename Name>
    Steps pair(Steps& old, Steps& today, const Name& name) {
        Steps paired;
        std::vector<std::string> names;
        for (const ir::Step* step : today) names.push_back(name(*step, now_));
        for (const ir::Step*& step : old) {
            const auto found = std::find(names.begin(), names.end(), name(*step, then_));
            if (found == names.end()) continue;
            const auto at = found - names.begin();
            const ir::Step* const other = today[static_cast<std::size_t>(at)];
            pairs[step->number] = other->number;
            blocks(step->body, other->body);
            paired.push_back(step);
            names.erase(found);
            today.erase(today.begin() + at);
            step = nullptr;
        }
        std::erase(old, nullptr);
        return paired;
    }
    void mark_same(const ir::Step& step) {
        same.insert(step.number);
        for (const ir::Step* inner : steps_in(step.body)) mark_same(*inner);
    }

    const ir::Program &then_, &now_;
    const lang::Catalog& catalog_;
};

std::string where(const Key& key) {
    const std::string host = key.host.empty() ? "" : " on " + key.host;
    const std::string step = key.step.starts_with("gone ") ? key.step.substr(5) : key.step;
    return key.label + host + (step.empty() ? "" : ", in step " + step);
}

}  // namespace

Steps steps_in(const ir::Block& block) {
    Steps steps;
    collect(block, steps);
    return steps;
}

void Texts::add(std::shared_ptr<const ir::Program> part) {
    Pairing pairing(*part, now_, catalog_);
    pairing.blocks(part->body, now_.body);
    parts_.push_back({.program = std::move(part), .now = std::move(pairing.pairs), .same = std::move(pairing.same)});
}

EarlierText Texts::earlier() const {
    const auto of = [this](int part) { return &parts_[std::min(static_cast<std::size_t>(std::max(part, 1)), parts_.size()) - 1]; };
    return {.step_now = [of](int part, const std::string& number) -> std::optional<std::string> {
                const auto found = of(part)->now.find(number);
                return found == of(part)->now.end() ? std::nullopt : std::optional(found->second);
            },
            .says_the_same = [of](int part, const std::string& number) { return of(part)->same.contains(number); }};
}

std::vector<std::string> Texts::changed_steps(const Resumption& finished) const {
    const Part& newest = parts_.back();
    std::vector<std::string> changed;
    std::set<std::string> old;
    for (const ir::Step* step : steps_in(newest.program->body)) {
        const auto now = newest.now.find(step->number);
        if (now != newest.now.end()) old.insert(now->second);
        const bool is_done = now != newest.now.end() && finished.finished(now->second);
        if (!newest.same.contains(step->number) && !is_done) changed.push_back(title(*step));
    }
    for (const ir::Step* step : steps_in(now_.body)) {
        if (!old.contains(step->number)) changed.push_back(title(*step));
    }
    return changed;
}

std::vector<std::string> Texts::changed_values() const {
    const ir::Program& then = *parts_.back().program;
    std::vector<std::string> changed;
    const auto compare = [&](const std::string& what, const std::string& was, const std::string& is) {
        if (was != is) changed.push_back(fmt::format("{} was {}, and is {}", what, was, is));
    };
    for (const ir::Parameter& parameter : then.parameters) {
        for (const ir::Parameter& now : now_.parameters) {
            if (now.name == parameter.name) compare("parameter " + now.name, parameter.value.show(), now.value.show());
        }
    }
    for (const auto& host : then.site->hosts) {
        const lang::Host* const now = now_.site->find_host(host->name);
        if (now == nullptr) {
            changed.push_back(fmt::format("the site has no host {} any more", host->name));
            continue;
        }
        if (meaning_of_value(host.get()) != meaning_of_value(now) && host->address == now->address)
            changed.push_back(fmt::format("{} is reached in another way", host->name));
        for (const auto& [name, value] : host->facts) {
            const auto fact = now->facts.find(name);
            if (fact != now->facts.end()) compare(fmt::format("{} of {}", name, host->name), value.show(), fact->second.show());
        }
    }
    return changed;
}

std::set<std::string> Texts::lines_on(const std::string& name) const {
    const lang::Host* const host = name.empty() ? nullptr : now_.site->find_host(name);
    std::set<std::string> lines;
    if (host == nullptr && !name.empty()) return lines;
    bool in_define = false;
    // What an undo or an `on_failure` does has keys of its own.
    const auto all_of = [&](const ir::Block& block) {
        ir::each_statement(block, {ir::Role::Undo, ir::Role::OnFailure}, [&](const ir::Stmt& stmt) {
            lines.insert(meaning_number(line_of(stmt, now_, catalog_, host, in_define).meaning));
        });
    };
    all_of(now_.body);
    in_define = true;
    for (const ir::Define& define : now_.defines) {
        if (const auto* body = std::get_if<ir::Block>(&define.body)) all_of(*body);
    }
    return lines;
}

std::vector<std::string> Texts::lost(const Resumption& resumption) const {
    std::vector<std::string> lost = resumption.changed_steps();
    std::map<std::string, std::set<std::string>> lines;
    for (const Key& key : resumption.done()) {
        const std::string& step = key.step;
        bool in_finished = false;
        for (std::size_t end = step.find('.');; end = step.find('.', end + 1)) {
            const std::string around = step.substr(0, end);
            in_finished = in_finished || resumption.finished(around) || resumption.passed_over(around) != nullptr;
            if (end == std::string::npos) break;
        }
        if (in_finished) continue;
        if (!lines.contains(key.host)) lines[key.host] = lines_on(key.host);
        // Of the bindings in it the run itself will tell.
        const bool is_there = lines[key.host].contains(key.meaning.substr(0, key.meaning.find('-')));
        if (!is_there || step.starts_with("gone ")) lost.push_back(where(key));
    }
    return lost;
}

}  // namespace runtime
