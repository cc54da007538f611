// A prompt at which expressions are read and statements are done: of the REPL, and of a run that waits for a decision.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/terminal/completion.hpp"
#include "cli/terminal/screen.hpp"
#include "lang/check/session.hpp"
#include "rehearsal/site.hpp"
#include "runtime/interpret/values/frame.hpp"
#include "runtime/world.hpp"

namespace cli {

/// Connections are kept from line to line: each line gets a thin handle on the one that there is.
runtime::ConnectionFactory keeping(runtime::ConnectionFactory);

/// Thrown by a source of lines: Ctrl-C, and what was typed so far is not meant.
struct Dropped {};

class Prompt {
  public:
    /// Where lines come from. Nothing ends the prompt.
    struct Lines {
        std::function<std::optional<std::string>(const std::string& prompt)> read;
        std::function<void(const std::string& text)> remember = [](const std::string&) {};
        bool answers = true;  ///< is there a person who can say yes to an action?
    };
    /// `run` does a line's work: it may let Ctrl-C end that line.
    Prompt(lang::Session&, Screen&, Lines, std::function<void(const std::function<void()>& work)> run);

    /// On this host, where a line says no other.
    void stand_on(const lang::Host&);
    /// A name for a value, as the language writes it; nothing happens where it cannot be written.
    void bind(const std::string& name, const std::string& value);

    /// Hosts are simulated there: `:trouble` and `:cure` make something go wrong on them, and well again. It must outlive the prompt.
    void simulate(rehearsal::SimulatedSite& site) { simulated_ = &site; }
    /// Of a line that is being typed: commands, and what can be named.
    Completion completed(std::string_view before) const;

    /// Until Ctrl-D or `:quit`. `where` names what is acted on: "the simulated site".
    void take_lines(runtime::World&, const std::string& where);

  private:
    bool line(std::string text, runtime::World&, const std::string& where);
    bool command(const std::string& text, runtime::World&);
    void trouble(rehearsal::Fault, std::string text, runtime::World&);
    void list_troubles(lang::Time at);
    void execute(const lang::Checked&, runtime::World&, const std::string& where);
    void show(const lang::Diagnostics&);
    void write(std::string_view text);

    lang::Session& session_;
    Screen& screen_;
    const Lines lines_;
    const std::function<void(const std::function<void()>&)> run_;
    rehearsal::SimulatedSite* simulated_ = nullptr;
    std::string prompt_ = "procrun> ";
    runtime::Frame frame_;
    std::vector<std::pair<std::string, std::string>> bindings_;  ///< to be made with the first line's world
    std::vector<std::shared_ptr<const lang::program::Program>> programs_;
};

}  // namespace cli
