#include "cli/show/by_hand.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/commands.hpp"
#include "cli/persons.hpp"
#include "rehearsal/connection.hpp"
#include "rehearsal/scene.hpp"
#include "runtime/host/shell.hpp"

namespace cli::show {

namespace ir = lang::program;
using runtime::Value;

namespace {

/// What Markdown's readers call the first sentence of a doc.
std::string first_sentence(const std::string& doc) {
    const std::size_t end = doc.find(". ");
    std::string sentence = doc.substr(0, end);
    if (sentence.ends_with('.')) sentence.pop_back();
    return sentence;
}

/// A line as procrun would send it, as a person types it. PowerShell is sent encoded, which nobody types.
std::string as_typed(const std::string& shown) {
    constexpr std::string_view sudo = "sudo -n -- ";
    if (shown.find("-EncodedCommand") != std::string::npos) return {};
    return shown.starts_with(sudo) ? "sudo " + shown.substr(sudo.size()) : shown;
}

std::string words_of(const std::vector<runtime::Part>& parts) {
    std::string text;
    for (const runtime::Part& part : parts) {
        if (const auto* verbatim = std::get_if<runtime::Verbatim>(&part)) text += verbatim->text;
        if (const auto* quoted = std::get_if<runtime::Quoted>(&part)) text += quoted->text;
        if (std::holds_alternative<runtime::Hidden>(part)) text += "***";
    }
    while (text.ends_with('\n')) text.pop_back();
    return text;
}

std::string as_typed(const runtime::Command& command, const lang::Host& host) {
    runtime::Privilege privilege;
    if (command.may_become()) privilege.become = host.become;
    const std::string line = as_typed(runtime::line_for(host, command, privilege).shown);
    const std::string input = words_of(command.input());
    return line.empty() || input.empty() ? line : fmt::format("echo {} | {}", runtime::posix_quote(input), line);
}

/// A PowerShell script of procrun's makes its answer readable for a program. For a person there are the services themselves.
std::string on_windows(const std::string& name, const runtime::Arguments& arguments, const lang::Signature& signature) {
    const auto has = [&](std::string_view parameter) {
        return std::any_of(signature.parameters.begin(), signature.parameters.end(), [&](const auto& p) { return p.name == parameter; });
    };
    if (signature.module != "winsvc" || !has("service")) return {};
    const std::string verb = name == "start"     ? "Start-Service"
                             : name == "stop"    ? "Stop-Service"
                             : name == "restart" ? "Restart-Service"
                                                 : "Get-Service";
    return fmt::format("{} {}", verb, runtime::powershell_quote(arguments.text("service")));
}

}  // namespace

/// A simulated site in some state, with an evaluator on it.
struct ByHand::Theatre {
    Theatre(const ir::Program& program, Scene made)
        : scene(std::move(made)),
          site(*scene.world),
          scheduler({.start = site.now()}),
          person(nobody()),
          world{.scheduler = scheduler,
                .stop = stop,
                .registry = registry(),
                .connect = [this](const lang::Host& host) { return rehearsal::simulated_connection(host, site, scheduler, stop); },
                .person = *person,
                .observers = {},
                .secret = [](std::string_view) { return Value(lang::Secret{"secret"}); },
                .mask = [](std::string text) { return text; },
                .kept = [](const std::string&, const std::string&,
                           const lang::Type&) { return Value::unknown("only a run knows what was kept"); },
                .keep = nullptr,
                .broken_invariant = nullptr},
          teller(world),
          fleet(world, *program.site, teller),
          evaluator(program, world, fleet) {}

    Scene scene;
    rehearsal::LocalSite site;
    rehearsal::SimulatedScheduler scheduler;
    runtime::Stop stop;
    std::unique_ptr<runtime::Person> person;
    runtime::World world;
    runtime::Teller teller;
    runtime::Fleet fleet;
    runtime::Evaluator evaluator;
};

ByHand::ByHand(const ir::Program& program, const std::string& scene) : program_(program) {
    constexpr const char* healthy = "healthy";
    if (!scene.empty() && scene != healthy) theatres_.push_back(std::make_unique<Theatre>(program, make_scene(program.site, scene, 1)));
    theatres_.push_back(std::make_unique<Theatre>(program, make_scene(program.site, healthy, 1)));
}

ByHand::~ByHand() = default;

std::string ByHand::source_of(lang::Span span) const { return theatres_.back()->evaluator.source_of(span); }

/// What a run reads only where the left side leaves it open, a person wants to see as well: both sides are asked, and each host.
void ByHand::collect(const ir::Expr& expression, runtime::Frame frame, runtime::Evaluation& evaluation) {
    runtime::Evaluator& evaluator = theatres_.back()->evaluator;
    if (const auto* logic = std::get_if<ir::Logic>(&expression.node)) {
        collect(*logic->left, frame, evaluation);
        collect(*logic->right, frame, evaluation);
    } else if (const auto* negated = std::get_if<ir::Not>(&expression.node)) {
        collect(*negated->operand, frame, evaluation);
    } else if (const auto* quantified = std::get_if<ir::Quantified>(&expression.node)) {
        const Value list = evaluator.evaluate(*quantified->list, frame, evaluation);
        if (list.is_unknown()) return;
        for (const Value& item : list.items()) {
            frame[quantified->slot] = item;
            if (quantified->on_element && !item.is_unknown()) frame.host = &item.host();
            collect(*quantified->body, frame, evaluation);
        }
    } else if (const auto* call = std::get_if<ir::CallDefine>(&expression.node)) {
        const ir::Define& define = program_.defines[call->define];
        runtime::Frame inner{.slots = evaluator.evaluate_all(call->arguments, frame, evaluation),
                             .globals = frame.globals != nullptr ? frame.globals : &frame,
                             .host = frame.host};
        inner.slots.resize(static_cast<std::size_t>(define.slots));
        if (call->on) {
            const Value on = evaluator.evaluate(*call->on, frame, evaluation);
            if (on.is_unknown()) return;
            inner.host = &on.host();
        }
        collect(std::get<ir::Expr>(define.body), inner, evaluation);
    } else {
        evaluator.evaluate(expression, frame, evaluation);
    }
}

std::vector<Look> ByHand::looks(const ir::Expr& expression, const runtime::Frame& frame) {
    runtime::Evaluation evaluation("");
    try {
        collect(expression, frame, evaluation);
    } catch (const runtime::Failure&) {
        // What cannot be evaluated before a run is shown as it is written.
    }
    std::vector<Look> all;
    for (const runtime::Observation& seen : evaluation.observations()) {
        const std::string name = seen.call.substr(0, seen.call.find('('));
        const std::size_t dot = name.find('.');
        const auto builtin = registry().catalog().find(name.substr(0, dot), name.substr(dot + 1));
        all.push_back({.host = seen.host,
                       .call = seen.call,
                       .command = as_typed(seen.command),
                       .doc = builtin ? first_sentence(registry().catalog()[*builtin].doc) : std::string()});
    }
    return all;
}

std::optional<Deed> ByHand::deed_in(Theatre& theatre, std::size_t index, const runtime::Arguments& arguments, const lang::Host& host,
                                    bool only_if_needed) {
    using State = runtime::Verdict::State;
    const runtime::Builtin& builtin = registry()[index];
    const auto& action = std::get<runtime::Action>(builtin.parts);
    const runtime::Detected detected = theatre.fleet.detect(host, builtin.needs, builtin.signature.deadline, "");
    const runtime::Context context = theatre.fleet.context(arguments, &host, detected);
    Deed deed{.command = {}, .check = {}, .doc = first_sentence(builtin.signature.doc)};
    Value seen;
    if (action.probe) {
        seen = theatre.fleet.read(*action.probe, context, builtin.signature.deadline, runtime::event::CommandEnded::For::Probe, "");
        if (seen.is_unknown()) return std::nullopt;
        std::vector<std::string> checks;
        for (const runtime::Command& command : action.probe->commands(context)) checks.push_back(as_typed(command, host));
        deed.check = fmt::format("{}", fmt::join(checks, "; "));
        const State state = action.judge(seen, context).state;
        if (only_if_needed && state != State::Needed) return std::nullopt;
        if (state == State::Refused || state == State::Unclear) return std::nullopt;
    }
    deed.command = as_typed(action.command(seen, context), host);
    return deed;
}

Deed ByHand::deed(std::size_t index, const std::vector<Value>& values, const lang::Host& host) {
    const lang::Signature& signature = registry()[index].signature;
    const runtime::Arguments arguments(signature, values);
    Deed by_hand{.command = on_windows(signature.name, arguments, signature), .check = {}, .doc = first_sentence(signature.doc)};
    if (!by_hand.command.empty()) {
        by_hand.check = fmt::format("Get-Service {}", runtime::powershell_quote(arguments.text("service")));
        return by_hand;
    }
    for (const bool only_if_needed : {true, false}) {
        for (const auto& theatre : theatres_) {
            if (auto deed = deed_in(*theatre, index, arguments, host, only_if_needed)) return std::move(*deed);
        }
    }
    return by_hand;
}

}  // namespace cli::show
