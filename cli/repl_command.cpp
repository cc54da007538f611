#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>

#include "cli/commands.hpp"
#include "cli/interrupts.hpp"
#include "cli/line_editor.hpp"
#include "cli/load.hpp"
#include "cli/stage.hpp"
#include "cli/table.hpp"
#include "cli/view.hpp"
#include "lang/check/session.hpp"
#include "runtime/interpret/acts.hpp"
#include "runtime/interpret/run.hpp"
#include "runtime/outcome.hpp"

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

/// Connections are kept from line to line: each line gets a thin handle on the one that there is.
class Kept final : public runtime::Connection {
  public:
    explicit Kept(runtime::Connection& connection) : connection_(connection) {}
    std::unique_ptr<runtime::Stream> open(const runtime::Line& line, runtime::Time until) override { return connection_.open(line, until); }
    void reset() override { connection_.reset(); }

  private:
    runtime::Connection& connection_;
};

runtime::ConnectionFactory keeping(runtime::ConnectionFactory make) {
    auto kept = std::make_shared<std::map<const lang::Host*, std::unique_ptr<runtime::Connection>>>();
    return [make = std::move(make), kept](const lang::Host& host) {
        std::unique_ptr<runtime::Connection>& connection = (*kept)[&host];
        if (!connection) connection = make(host);
        return std::make_unique<Kept>(*connection);
    };
}

class Repl {
  public:
    explicit Repl(const RunRequest& request)
        : request_(request),
          session_(request.source.site, read_file, registry().catalog()),
          editor_((std::filesystem::path(request.journal).parent_path() / "repl_history").string()),
          view_(screen_, {.detail = request.detail}) {}

    int run() {
        show(session_.site_findings());
        if (lang::has_errors(session_.site_findings())) return static_cast<int>(runtime::End::Refused);
        start_ = session_.fragment("");
        if (!start_.program) {
            show(start_.diagnostics);
            return static_cast<int>(runtime::End::Refused);
        }
        stage_ = std::make_unique<Stage>(*start_.program, request_, screen_);
        stage_->journal().begin(*start_.program, stage_->simulated());
        stage_->world().observers.push_back(&view_);
        stage_->world().connect = keeping(stage_->world().connect);
        if (editor_.is_terminal()) greet();
        for (std::string text; !quit_ && next(text);) line(text);
        return 0;
    }

  private:
    void greet() {
        const lang::Site& site = *session_.site();
        screen_.line(site.hosts.empty()
                         ? "no site: give one with --site FILE"
                         : fmt::format("site \"{}\": {} hosts{}", site.name, site.hosts.size(), stage_->simulated() ? ", simulated" : ""));
        screen_.line(":help helps, Ctrl-D ends");
    }

    /// Reads until the text is whole. False at the end of the input.
    bool next(std::string& text) {
        auto typed = editor_.read("procrun> ");
        if (!typed) return false;
        text = std::move(*typed);
        return true;
    }

    void line(std::string text) {
        if (text.find_first_not_of(" \t") == std::string::npos) return;
        if (text.starts_with(':')) return command(text);
        lang::Checked checked = session_.fragment(text);
        while (session_.incomplete()) {
            const auto more = editor_.read("     ... ");
            if (!more || more->empty()) break;  // an empty line gives up: the findings say what is missing
            text += '\n' + *more;
            checked = session_.fragment(text);
        }
        editor_.remember(text);
        show(checked.diagnostics);
        if (checked.program) execute(std::move(checked));
    }

    void command(const std::string& text) {
        editor_.remember(text);
        const std::string word = text.substr(0, text.find(' '));
        const std::size_t blank = text.find_first_not_of(' ', word.size());
        const std::string rest = blank == std::string::npos ? "" : text.substr(blank);
        if (word == ":help") {
            fmt::print("{}", help);
        } else if (word == ":doc") {
            try {
                docs_command(rest);
            } catch (const UsageError& error) {
                screen_.line(error.message);
            }
        } else if (word == ":names") {
            for (const std::string& name : session_.names()) screen_.line("  " + name);
        } else if (word == ":quit" || word == ":q") {
            quit_ = true;
        } else {
            screen_.line(fmt::format("there is no {}; :help lists what there is", word));
        }
    }

    void execute(lang::Checked checked) {
        if (runtime::acts(checked.program->body) && !agreed()) {
            screen_.line("not done: an action needs a yes");
            return;
        }
        programs_.push_back(checked.program);  // defines and texts may be used by later lines
        const Interrupts interrupts(stage_->stop(), stage_->scheduler(), [](int) {});
        try {
            const runtime::Value value = runtime::run_fragment(*checked.program, stage_->world(), frame_);
            if (value.is_unknown()) {
                screen_.line(fmt::format("{}: {}", screen_.paint(Colour::Yellow, "unknown"), visible(value.why_unknown().why)));
            } else if (!value.is_nothing()) {
                std::fputs(table(value).c_str(), stdout);
            }
        } catch (const runtime::Failure& failure) {
            if (!failure.told) screen_.line(screen_.paint(Colour::Red, visible(failure.message)));
        }
    }

    bool agreed() {
        if (!editor_.is_terminal()) return false;
        const auto answer = editor_.read(fmt::format("this acts on {}: yes? ", stage_->simulated() ? "the simulated site" : "real hosts"));
        return answer && (*answer == "yes" || *answer == "y");
    }

    void show(const lang::Diagnostics& findings) {
        for (const lang::Diagnostic& finding : findings)
            std::fputs(lang::render(finding, *session_.sources(), screen_.is_terminal()).c_str(), stdout);
    }

    const RunRequest& request_;
    lang::Session session_;
    LineEditor editor_;
    Screen screen_;
    View view_;
    lang::Checked start_;
    std::unique_ptr<Stage> stage_;
    runtime::Frame frame_;
    bool quit_ = false;
    std::vector<std::shared_ptr<const lang::program::Program>> programs_;
};

}  // namespace

int repl_command(const RunRequest& request) { return Repl(request).run(); }

}  // namespace cli
