#include "cli/operator/prompt.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/command/all.hpp"
#include "cli/run/load.hpp"
#include "cli/terminal/table.hpp"
#include "runtime/interpret/effects/acts.hpp"
#include "runtime/interpret/run.hpp"

namespace cli {

namespace {

constexpr const char* help = R"(An expression is read and shown, a statement is done; actions ask first.

  drbd.status("r0") on acd-store1          read on one host
  all s in stores: drbd.in_sync("r0")      and on several
  on acd-lb1 { haproxy.drain(acd-jb1) }    act; more lines until the brace is closed
  let old = find s in stores where drbd.status("r0").role == Primary

  :doc NAME    the reference of a builtin or module        :names   what can be named now
  :help        this page                                   :quit    or Ctrl-D
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
    if (text.starts_with(':')) return command(text);
    if (text == "help") return command(":help");  // as other prompts are left and asked
    if (text == "exit" || text == "quit") return command(":quit");
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

bool Prompt::command(const std::string& text) {
    lines_.remember(text);
    const std::string word = text.substr(0, text.find(' '));
    const std::size_t blank = text.find_first_not_of(' ', word.size());
    const std::string rest = blank == std::string::npos ? "" : text.substr(blank);
    if (word == ":help") {
        write(help);
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
