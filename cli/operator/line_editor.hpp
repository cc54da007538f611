// Lines typed by a person, with editing and a history; or read from a pipe, without.
#pragma once

#include <optional>
#include <string>

#include "cli/terminal/completion.hpp"
#include "runtime/scheduler.hpp"

struct editline;
struct history;

namespace cli {

class LineEditor {
  public:
    /// The history is read from and written to `history_path` (mode 0600); a text typed at a secret's prompt never comes here.
    explicit LineEditor(std::string history_path);
    ~LineEditor();
    LineEditor(const LineEditor&) = delete;
    LineEditor& operator=(const LineEditor&) = delete;

    bool is_terminal() const { return terminal_; }
    /// The next line without its end, or nothing at the end of the input (Ctrl-D) and where `stop` says that the process is to end. At a
    /// terminal Ctrl-C means only what is typed: throws Dropped, and `stop` is as it was before.
    std::optional<std::string> read(const std::string& prompt, runtime::Stop& stop);
    void remember(const std::string& text);
    void complete_with(Completer completer) { completer_ = std::move(completer); }

  private:
    const bool terminal_;
    const std::string history_path_;
    std::string prompt_;
    Completer completer_;
    editline* editor_ = nullptr;
    history* history_ = nullptr;
    const runtime::Stop* stop_ = nullptr;  ///< while a line is read

    std::optional<std::string> read_unedited();
    bool wait_for_input() const;
    static char* prompt_of(editline*);
    static int key_for(editline*, wchar_t*);
    static unsigned char complete_line(editline*, int key);
};

}  // namespace cli
