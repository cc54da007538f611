#include "cli/operator/prompt.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/command/all.hpp"
#include "cli/run/load.hpp"
#include "cli/terminal/table.hpp"
#include "runtime/event/emitter.hpp"
#include "runtime/interpret/effects/acts.hpp"
#include "runtime/interpret/run.hpp"

namespace cli {

namespace {

constexpr const char* help = R"(An expression is read and shown, a statement is done; actions ask first.

  drbd.status("r0") on acd-store1          read on one host
  all s in stores: drbd.in_sync("r0")      and on several
  on acd-lb1 { haproxy.drain(acd-jb1) }    act: a block of one line, or of more until its brace is closed
  let old = find s in stores where drbd.status("r0").role == Primary

  :doc NAME    the reference of a builtin or module        :names   what can be named now
  :help        this page                                   :quit    or Ctrl-D
  Tab          completes names, builtins and commands
)";

constexpr const char* help_on_troubles = R"(
  :trouble HOST: WORDS   something goes wrong on the simulated host (:doc troubles lists what can); alone it lists what does
  :cure HOST: WORDS      that has been mended: the statement that failed can be tried again
)";

class Kept final : public runtime::Connection {
  public:
    explicit Kept(runtime::Connection& connection) : connection_(connection) {}
    std::unique_ptr<runtime::Stream> open(const runtime::Line& line, runtime::Time until) override { return connection_.open(line, until); }
    void reset() override { connection_.reset(); }

  private:
    runtime::Connection& connection_;
};

}  // namespace

runtime::ConnectionFactory keeping(runtime::ConnectionFactory make) {
    auto kept = std::make_shared<std::map<const lang::Host*, std::unique_ptr<runtime::Connection>>>();
    return [make = std::move(make), kept](const lang::Host& host) {
        std::unique_ptr<runtime::Connection>& connection = (*kept)[&host];
        if (!connection) connection = make(host);
        return std::make_unique<Kept>(*connection);
    };
}

Prompt::Prompt(lang::Session& session, Screen& screen, Lines lines, std::function<void(const std::function<void()>& work)> run)
    : session_(session), screen_(screen), lines_(std::move(lines)), run_(std::move(run)) {}

void Prompt::stand_on(const lang::Host& host) {
    session_.stand_on_a_host();
    frame_.host = &host;
    prompt_ = fmt::format("procrun {}> ", host.name);
}

void Prompt::bind(const std::string& name, const std::string& value) { bindings_.emplace_back(name, value); }

void Prompt::take_lines(runtime::World& world, const std::string& where) {
    for (const auto& [name, value] : bindings_) {
        const lang::Checked checked = session_.fragment(fmt::format("let {} = {}", name, value));
        if (!checked.program) continue;
        programs_.push_back(checked.program);
        runtime::run_fragment(*checked.program, world, frame_);
    }
    bindings_.clear();
    for (;;) {
        try {
            auto typed = lines_.read(prompt_);
            if (!typed || !line(std::move(*typed), world, where)) return;
        } catch (const Dropped&) {
        }
    }
}

/// False at `:quit`.
bool Prompt::line(std::string text, runtime::World& world, const std::string& where) {
    if (text.find_first_not_of(" \t") == std::string::npos) return true;
    if (text.starts_with(':')) return command(text, world);
    if (text == "help") return command(":help", world);  // as other prompts are left and asked
    if (text == "exit" || text == "quit") return command(":quit", world);
    lang::Checked checked = session_.fragment(text);
    while (session_.incomplete()) {
        const auto more = lines_.read("     ... ");
        if (!more || more->empty()) break;  // an empty line gives up: the findings say what is missing
        text += '\n' + *more;
        checked = session_.fragment(text);
    }
    lines_.remember(text);
    show(checked.diagnostics);
    if (checked.program) execute(checked, world, where);
    return true;
}

bool Prompt::command(const std::string& text, runtime::World& world) {
    lines_.remember(text);
    const std::string word = text.substr(0, text.find(' '));
    const std::size_t blank = text.find_first_not_of(' ', word.size());
    const std::string rest = blank == std::string::npos ? "" : text.substr(blank);
    if (word == ":help") {
        write(simulated_ != nullptr ? std::string(help) + help_on_troubles : help);
    } else if (word == ":trouble" || word == ":cure") {
        trouble(word == ":cure" ? rehearsal::Fault::Ends : rehearsal::Fault::Begins, rest, world);
    } else if (word == ":doc") {
        try {
            write(docs_text(rest));
        } catch (const UsageError& error) {
            screen_.line(error.message);
        }
    } else if (word == ":names") {
        for (const std::string& name : session_.names()) screen_.line("  " + name);
    } else if (word == ":quit" || word == ":q") {
        return false;
    } else {
        screen_.line(fmt::format("there is no {}; :help lists what there is", word));
    }
    return true;
}

/// Told to those who observe the run: what a rehearsal shows from here on is because of it.
void Prompt::trouble(rehearsal::Fault fault, std::string text, runtime::World& world) {
    if (simulated_ == nullptr) return screen_.line("these are real hosts: `:trouble` and `:cure` are for a simulated site");
    std::erase(text, '"');  // as it stands in a scene
    const lang::Time now = world.scheduler.now();
    if (text.empty()) return list_troubles(now);
    const bool ends = fault == rehearsal::Fault::Ends;
    const auto known = simulated_->troubles(now);
    if (ends && known && std::find(known->begin(), known->end(), text) == known->end()) {
        screen_.line(fmt::format("there is no trouble \"{}\"", text));
        return list_troubles(now);
    }
    if (const auto why = simulated_->inject(text, fault, now)) return screen_.line(*why);
    runtime::EventEmitter(world).emit({}, {},
                                      runtime::event::Noted{fmt::format("simulated trouble {}: {}", ends ? "cured" : "begun", text)});
}

void Prompt::list_troubles(lang::Time at) {
    const auto known = simulated_->troubles(at);
    if (!known) return screen_.line("the simulated site does not answer");
    screen_.line(known->empty() ? "there is no simulated trouble"
                                : "simulated troubles; each can be cured, such as `:cure " + known->front() + "`:");
    for (const std::string& one : *known) screen_.line("  " + one);
}

Completion Prompt::completed(std::string_view before) const {
    std::vector<std::string> commands{":help", ":doc", ":names", ":quit"};
    if (simulated_ != nullptr) commands.insert(commands.end(), {":trouble", ":cure"});
    if (before.starts_with(':') && before.find(' ') == std::string_view::npos) return complete(before, commands);
    constexpr std::string_view cure = ":cure ";
    if (before.starts_with(cure) && simulated_ != nullptr)
        return complete(before.substr(cure.size()), simulated_->troubles(simulated_->now()).value_or(std::vector<std::string>()));
    const std::string_view begun = name_at_end(before);
    std::vector<std::string> words = session_.names();
    for (const lang::Signature& signature : registry().catalog()) words.push_back(signature.full_name());
    return begun.empty() ? Completion() : complete(begun, words);
}

void Prompt::execute(const lang::Checked& checked, runtime::World& world, const std::string& where) {
    if (runtime::acts(checked.program->body)) {
        const auto answer = lines_.answers ? lines_.read(fmt::format("this acts on {}: yes? ", where)) : std::nullopt;
        if (!answer || (*answer != "yes" && *answer != "y")) return screen_.line("not done: an action needs a yes");
    }
    programs_.push_back(checked.program);  // defines and texts may be used by later lines
    run_([&] {
        try {
            const runtime::Value value = runtime::run_fragment(*checked.program, world, frame_);
            if (value.is_unknown()) {
                screen_.line(fmt::format("{}: {}", screen_.paint(Colour::Yellow, "unknown"), visible(value.why_unknown().why)));
            } else if (!value.is_nothing()) {
                write(table(value));
            }
        } catch (const runtime::Failure& failure) {
            if (!failure.told) screen_.line(screen_.paint(Colour::Red, visible(failure.message)));
        }
    });
}

void Prompt::show(const lang::Diagnostics& findings) {
    for (const lang::Diagnostic& finding : findings) write(lang::render(finding, *session_.sources(), screen_.has_colours()));
}

/// Through the screen: below it stands a panel, where there is one.
void Prompt::write(std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    screen_.line(text);
}

}  // namespace cli
