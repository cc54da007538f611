#include "cli/runbook/page.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "cli/command/all.hpp"
#include "cli/report/escape.hpp"
#include "cli/runbook/purpose.hpp"
#include "cli/runbook/static_text.hpp"
#include "cli/terminal/words.hpp"

namespace cli::show {

namespace ir = lang::program;
using report::markdown;
using runtime::Frame;
using runtime::Value;

namespace {

bool is_list(const Value& value) { return std::holds_alternative<std::shared_ptr<const lang::List>>(value.payload()); }

std::string bold_names(const std::vector<const lang::Host*>& hosts) {
    std::vector<std::string> names;
    for (const lang::Host* host : hosts) names.push_back("**" + host->name + "**");
    return fmt::format("{}", fmt::join(names, ", "));
}

/// What it does, and why nothing to type stands here.
std::string no_command(const std::string& call, const std::string& doc, const std::string& why) {
    return fmt::format("{} – {} (no command here: {})", code(call), markdown(doc), markdown(why));
}

/// Where the writer is: what is known there, and how deep in the list it writes.
struct Place {
    Frame frame;
    std::size_t depth = 0;

    Place deeper() const {
        Place inner = *this;
        ++inner.depth;
        return inner;
    }
};

class Writer {
  public:
    Writer(const ir::Program& program, ByHand& by_hand) : program_(program), by_hand_(by_hand), knows_(program, by_hand) {}

    std::string whole() {
        Place place;
        place.frame.slots.resize(static_cast<std::size_t>(program_.slots));
        for (const ir::Parameter& parameter : program_.parameters) place.frame[parameter.slot] = parameter.value;
        block(program_.body, place);
        for (const ir::Watch& watch : program_.watches) write(watch, place);
        const std::string body = std::move(out_);
        out_.clear();
        header();
        return out_ + body;
    }

  private:
    // ------------------------------------------------------------ lines

    void item(const Place& place, const std::string& text, bool box = true) {
        out_ += fmt::format("{}- {}{}\n", std::string(2 * place.depth, ' '), box ? "[ ] " : "", text);
    }

    void looks(const ir::Expr& expression, const Place& place) {
        for (const Look& look : by_hand_.looks(expression, place.frame)) {
            if (!look.host.empty()) touched_.insert(look.host);
            const std::string where = look.from_here ? "from here: " : look.host.empty() ? "" : fmt::format("on **{}**: ", look.host);
            item(place, where + (look.command.empty() ? no_command(look.call, look.doc, look.why) : code(look.command)), false);
        }
    }

    void block(const ir::Block& block, Place& place) {
        for (const ir::Stmt& stmt : block) {
            std::visit([&](const auto& node) { write(node, stmt, place); }, stmt.node);
        }
    }
    void inner_block(const ir::Block& statements, const Place& place) {
        Place inner = place.deeper();
        block(statements, inner);
    }
    /// Of what is done in some cases only.
    void block_aside(const ir::Block& statements, const Place& place) {
        const bool before = std::exchange(follows_, false);
        inner_block(statements, place);
        follows_ = before;
    }

    // ------------------------------------------------------------ structure

    void write(const ir::Step& step, const ir::Stmt&, Place& place) {
        const auto depth = static_cast<std::size_t>(std::count(step.number.begin(), step.number.end(), '.'));
        out_ += fmt::format("\n{} {}. {}\n\n", std::string(2 + depth, '#'), step.number, markdown(knows_.text(step.title, place.frame)));
        if (step.within) out_ += fmt::format("At most {} for all of it.\n\n", knows_.time(step.within, place.frame));
        if (step.retry) {
            out_ += fmt::format("If it fails, try it {} more, {} apart.\n\n", plural(step.retry->times, "time"),
                                knows_.time(step.retry->every, place.frame));
        }
        Place inner = place;
        inner.depth = 0;
        const std::size_t empty = out_.size();
        block(step.body, inner);
        if (out_.size() == empty) out_ += "Nothing is to be done on this site.\n";
        if (depth == 0 && std::exchange(takes_back_, false))
            item(inner, fmt::format("From here on, what step {} has changed is not taken back any more.", step.number), false);
        for (const int slot : step.visible) place.frame[slot] = inner.frame[slot];
    }

    void write(const ir::Watch& watch, const Place& place) {
        out_ += fmt::format("\n## Watch: {}\n\n", markdown(watch.text));
        item(place, fmt::format("Look every {}: {}", knows_.text(watch.every, place.frame), knows_.condition(watch.condition, place.frame)),
             false);
        looks(watch.condition, place.deeper());
        const std::string when =
            watch.failures == 1 ? "When it is false" : fmt::format("When it is false {} times in a row", watch.failures);
        item(place, fmt::format("{}, follow {}. What cannot be told counts neither way.", when, code(watch.run)), false);
    }

    void write(const ir::On& on, const ir::Stmt&, Place& place) {
        const auto hosts = knows_.value(on.hosts, place.frame);
        if (!hosts) {
            item(place, fmt::format("On {}:", knows_.source(on.hosts.span)), false);
            return inner_block(on.body, place);
        }
        // Hosts that are treated alike are told together.
        std::vector<std::pair<std::string, std::vector<const lang::Host*>>> alike;
        std::map<std::string, std::size_t> told;  // where each first stands in it
        for (const Value& host : is_list(*hosts) ? hosts->items() : std::vector<Value>{*hosts}) {
            Place inner = place.deeper();
            inner.frame.host = &host.host();
            std::string before = std::exchange(out_, {});
            block(on.body, inner);
            const std::string body = std::exchange(out_, std::move(before));
            if (body.empty()) continue;
            touched_.insert(host.host().name);
            const auto [same, is_new] = told.try_emplace(body, alike.size());
            const bool in_order = on.parallel || same->second + 1 == alike.size();
            if (!is_new && in_order) {
                alike[same->second].second.push_back(&host.host());
            } else {
                alike.push_back({body, {&host.host()}});
            }
        }
        const std::string max = on.max ? fmt::format(", at most {} at once", knows_.text(*on.max, place.frame)) : "";
        for (const auto& [body, group] : alike) {
            const std::string together = group.size() == 1 ? "" : on.parallel ? " (side by side" + max + ")" : " (one after the other)";
            item(place, fmt::format("On {}{}:", bold_names(group), together), false);
            out_ += body;
        }
    }

    void write(const ir::Parallel& parallel, const ir::Stmt&, Place& place) {
        item(place, "Side by side:", false);
        inner_block(parallel.branches, place);
    }

    void write(const ir::For& loop, const ir::Stmt&, Place& place) {
        const auto list = knows_.value(loop.list, place.frame);
        if (!list) {
            item(place, fmt::format("For each {} of {}:", code(loop.variable), knows_.source(loop.list.span)), false);
            place.frame[loop.slot] = Value::unknown("each in turn");
            return inner_block(loop.body, place);
        }
        for (const Value& element : list->items()) {
            place.frame[loop.slot] = element;
            block(loop.body, place);
        }
    }

    void write(const ir::If& choice, const ir::Stmt&, Place& place) {
        if (const auto condition = knows_.value(choice.condition, place.frame)) {
            return block(condition->boolean() ? choice.yes : choice.no, place);
        }
        item(place, fmt::format("If {}:", knows_.condition(choice.condition, place.frame)), false);
        looks(choice.condition, place.deeper());
        block_aside(choice.yes, place);
        if (choice.no.empty()) return;
        item(place, "Otherwise:", false);
        block_aside(choice.no, place);
    }

    void write(const ir::OnFailure& answer, const ir::Stmt&, Place& place) {
        if (place.depth == 0) out_ += '\n';
        item(place, "If something fails from here on:", false);
        block_aside(answer.body, place);
    }

    // ------------------------------------------------------------ conditions and bindings

    void write(const ir::Require& require, const ir::Stmt&, Place& place) {
        item(place, fmt::format("Check: {}", knows_.condition(require.condition, place.frame)));
        looks(require.condition, place.deeper());
        if (require.message)
            item(place.deeper(), fmt::format("If not, stop: {}", markdown(knows_.text(*require.message, place.frame))), false);
    }

    void write(const ir::Wait& wait, const ir::Stmt&, Place& place) {
        std::string times = "at most " + knows_.time(wait.within, place.frame);
        if (wait.every) times += ", look every " + knows_.time(wait.every, place.frame);
        if (wait.holding) times += fmt::format(", it must stay so for {}", knows_.time(wait.holding, place.frame));
        item(place, fmt::format("Wait until {} ({})", knows_.condition(wait.condition, place.frame), times));
        looks(wait.condition, place.deeper());
        otherwise(wait.otherwise, "If it does not come", place);
    }

    void otherwise(const ir::Otherwise& otherwise, const char* when, const Place& place) {
        if (const auto* message = std::get_if<ir::Expr>(&otherwise)) {
            item(place.deeper(), fmt::format("{}, stop: {}", when, markdown(knows_.text(*message, place.frame))), false);
        } else if (const auto* statements = std::get_if<ir::Block>(&otherwise)) {
            item(place.deeper(), fmt::format("{}:", when), false);
            block_aside(*statements, place.deeper());
        }
    }

    void write(const ir::Let& let, const ir::Stmt&, Place& place) {
        const auto value = knows_.value(let.value, place.frame);
        place.frame[let.slot] = value ? *value : Value::unknown("found out on the way");
        if (value && !let.keep) return;
        item(place, fmt::format("{} {}: {}", let.keep ? "Write down" : "Find out", code(let.name), knows_.source(let.value.span)));
        looks(let.value, place.deeper());
    }

    void write(const ir::Find& find, const ir::Stmt&, Place& place) {
        const lang::Host* example = by_hand_.found(find, place.frame);
        place.frame[find.slot] = example != nullptr ? Value(example) : Value::unknown("found out on the way");
        const std::string as = example != nullptr ? fmt::format("; this page goes on as if it were **{}**", example->name) : "";
        item(place, fmt::format("Find {}: the only one of {} for which {}{}", code(find.name), knows_.source(find.list.span),
                                knows_.source(find.condition.span), as));
        const auto list = knows_.value(find.list, place.frame);
        if (!list) return;
        for (const Value& candidate : list->items()) {
            Place asked = place.deeper();
            asked.frame[find.variable_slot] = candidate;
            asked.frame.host = &candidate.host();
            looks(find.condition, asked);
        }
    }

    void write(const ir::Ask& ask, const ir::Stmt&, Place& place) {
        place.frame[ask.slot] = Value::unknown("answered on the way");
        item(place, fmt::format("{}: {}", code(ask.name), markdown(knows_.text(ask.question, place.frame))));
    }

    // ------------------------------------------------------------ words

    void write(const ir::Confirm& confirm, const ir::Stmt&, Place& place) {
        const std::string within = confirm.within ? fmt::format(" (at most {})", knows_.time(confirm.within, place.frame)) : "";
        item(place, fmt::format("**Sign-off**{}: {}", within, markdown(knows_.text(confirm.text, place.frame))));
    }
    void write(const ir::Note& note, const ir::Stmt&, Place& place) { item(place, markdown(knows_.text(note.text, place.frame)), false); }
    void write(const ir::Mark& mark, const ir::Stmt&, Place& place) {
        item(place, fmt::format("Write the time down: {}", markdown(mark.what)));
    }
    void write(const ir::Fail& fail, const ir::Stmt&, Place& place) {
        item(place, fmt::format("Stop: {}", markdown(knows_.text(fail.text, place.frame))), false);
    }
    void write(const ir::GoOn& go_on, const ir::Stmt&, Place& place) {
        item(place, fmt::format("Go on: {}", markdown(knows_.text(go_on.reason, place.frame))), false);
    }
    void write(const ir::Commit& commit, const ir::Stmt&, Place& place) {
        takes_back_ = false;
        item(place, fmt::format("Nothing of the above is taken back any more: {}", markdown(knows_.text(commit.reason, place.frame))),
             false);
    }

    // ------------------------------------------------------------ actions

    /// The arguments, or nothing where the run must tell them.
    std::optional<std::vector<Value>> arguments(const std::vector<ir::Expr>& written, const Frame& frame) const {
        std::vector<Value> values;
        for (const ir::Expr& argument : written) {
            const auto value = script(argument, frame);
            if (!value) return std::nullopt;
            values.push_back(*value);
        }
        return values;
    }

    /// A script stays in parts, so that the shell quotes what is in its holes.
    std::optional<Value> script(const ir::Expr& argument, const Frame& frame) const {
        const auto* parts = std::get_if<ir::Interpolated>(&argument.node);
        if (parts == nullptr || !parts->script) return knows_.value(argument, frame);
        auto values = arguments(parts->parts, frame);
        return values ? std::optional(Value::list(std::move(*values))) : std::nullopt;
    }

    void write(const ir::Action& action, const ir::Stmt& stmt, Place& place) {
        const auto values = arguments(action.arguments, place.frame);
        const lang::Signature& signature = registry()[action.builtin].signature;
        const std::string within =
            action.clauses.within ? fmt::format(" (at most {})", knows_.time(action.clauses.within, place.frame)) : "";
        if (!values || place.frame.host == nullptr) {
            item(place, knows_.source(stmt.span));
        } else {
            const Deed deed = by_hand_.deed(action.builtin, *values, *place.frame.host);
            item(place, deed.command.empty() ? no_command(runtime::call_text(signature, *values), deed.doc, deed.why) + within
                                             : (deed.from_here ? "from here: " : "") + code(deed.command) + within);
            if (!deed.check.empty() && !action.done_when)
                item(place.deeper(), fmt::format("done when {} tells: {}", code(deed.check), markdown(signature.done)), false);
            if (follows_) by_hand_.follow(action.builtin, *values, *place.frame.host);
        }
        if (action.done_when) {
            item(place.deeper(), fmt::format("done when {}", knows_.condition(*action.done_when, place.frame)), false);
            looks(*action.done_when, place.deeper());
        }
        if (!signature.danger.empty()) {
            item(place.deeper(), fmt::format("**Two persons agree before it is typed**: it {}", markdown(signature.danger)), false);
        }
        clauses(action.clauses, place);
    }

    void write(const ir::RunDefine& call, const ir::Stmt&, Place& place) {
        const ir::Define& define = program_.defines[call.define];
        Place inner = place;
        inner.frame =
            Frame{.slots = {}, .globals = place.frame.globals != nullptr ? place.frame.globals : &place.frame, .host = place.frame.host};
        for (const ir::Expr& argument : call.arguments) {
            inner.frame.slots.push_back(knows_.value(argument, place.frame).value_or(Value::unknown("found out on the way")));
        }
        inner.frame.slots.resize(std::max(inner.frame.slots.size(), static_cast<std::size_t>(define.slots)));
        if (define.human) {
            item(place, markdown(knows_.text(*define.human, inner.frame)));
        } else {
            block(std::get<ir::Block>(define.body), inner);
        }
        clauses(call.clauses, place);
    }

    void clauses(const ir::Clauses& clauses, const Place& place) {
        if (clauses.undo) {
            takes_back_ = true;
            item(place.deeper(), "If something fails later in this step, take it back:", false);
            block_aside(*clauses.undo, place.deeper());
        }
        if (clauses.leave) item(place.deeper(), fmt::format("It stays so {}", markdown(knows_.text(*clauses.leave, place.frame))), false);
        otherwise(clauses.otherwise, "If it fails", place);
    }

    // ------------------------------------------------------------ the head

    void header() {
        const Purpose purpose = purpose_of(program_.parts.empty() ? std::string() : program_.parts.front().text);
        out_ += fmt::format("# {}\n\n{}\n\n", markdown(program_.name), markdown(purpose.title));
        for (const auto& [key, value] : purpose.entries) {
            out_ += key.empty() ? fmt::format("{}\n\n", markdown(value)) : fmt::format("- **{}**: {}\n", markdown(key), markdown(value));
        }
        if (!program_.site->name.empty()) out_ += fmt::format("- **Site**: {}\n", markdown(program_.site->name));
        out_ +=
            "- Commands are typed on the machine that stands before them, or from here, where you sit. ‹…› stands for what is found out on "
            "the way.\n";
        if (!program_.parameters.empty()) out_ += "\n| Parameter | Value | |\n|---|---|---|\n";
        for (const ir::Parameter& parameter : program_.parameters) {
            out_ += fmt::format("| {} | {} | {} |\n", markdown(parameter.name), markdown(parameter.value.show()), markdown(parameter.doc));
        }
        out_ += "\n| Machine | Address | Log in |\n|---|---|---|\n";
        for (const auto& host : program_.site->hosts) {
            if (!touched_.contains(host->name)) continue;
            std::vector<std::string> login;
            if (!host->user.empty()) login.push_back("as " + markdown(host->user));
            if (host->become == lang::Become::Sudo) login.emplace_back("sudo");
            out_ += fmt::format("| {} | {} | {} |\n", host->name, markdown(host->address), fmt::join(login, ", "));
        }
        out_ += '\n';
    }

    const ir::Program& program_;
    ByHand& by_hand_;
    const StaticText knows_;
    std::string out_;
    bool follows_ = true;            ///< what is told is what whoever follows the page does next
    bool takes_back_ = false;        ///< the outermost step that is being written says how to take something back
    std::set<std::string> touched_;  ///< hosts on which something is to be done or looked at
};

}  // namespace

std::string runbook(const ir::Program& program, ByHand& by_hand) { return Writer(program, by_hand).whole(); }

}  // namespace cli::show
