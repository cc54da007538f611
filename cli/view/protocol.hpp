// The live output of a run, and the same again when its history is told: a reader of events.
#pragma once

#include <map>
#include <optional>

#include "cli/terminal/screen.hpp"
#include "cli/view/changes.hpp"
#include "runtime/event/types.hpp"

namespace cli {

enum class Detail {
    Quiet,  ///< failures, questions and the end
    Normal,
    Verbose,  ///< every command and every condition
};

/// The protocol: lines that stay.
class View : public runtime::Observer {
  public:
    struct Options {
        Detail detail = Detail::Normal;
        bool progress = true;  ///< of waits and actions, as they go; a history has none, and a live view its own
    };
    View(Screen& screen, Options options) : screen_(screen), options_(options) {}
    /// What earlier parts of the run have told: its end tells of the whole run.
    void remember(const std::vector<runtime::Event>&);
    void on(const runtime::Event&) override;

  private:
    struct LineWriter;
    bool shows(const runtime::Event&) const;
    void count(const runtime::Event&);
    /// "22:00:05  acd-store1  text"
    void line(const runtime::Event&, const std::string& text);
    void more(const std::string& text);
    void progress(const runtime::Event&, const std::string& text, const std::string& what);

    Screen& screen_;
    Options options_;
    runtime::Time started_{};
    std::size_t steps_ = 0;
    std::optional<runtime::event::LeftBehind> left_behind_;  ///< told with the end
    runtime::event::Rehearsed rehearsed_;
    Changes changes_;
    int part_ = 1;             ///< of the run
    std::string interrupted_;  ///< by what: "Ctrl-C", "SIGTERM"; empty: by nothing
    /// The part of a run that `procrun undo` is: how many undos it runs, and has run.
    struct Undoing {
        std::int64_t run = 0;
        int undos = 0, undone = 0;
    };
    std::optional<Undoing> undoing_;
    struct Said {
        runtime::Time at{};
        std::string text;
    };
    std::map<std::string, Said> last_progress_;  ///< per step and host: without a terminal only news is worth a line
};

/// One JSON object a line, as runtime::to_json makes it.
class JsonView : public runtime::Observer {
  public:
    void on(const runtime::Event&) override;
};

}  // namespace cli
