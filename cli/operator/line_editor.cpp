#include "cli/operator/line_editor.hpp"

#include <histedit.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "cli/operator/prompt.hpp"

namespace cli {

namespace {

/// While it lives, Ctrl-C ends the reading of a line, and not the program. The editor puts the terminal in order and then passes the
/// signal on to this handler, which has nothing to do: it is there to be called.
class Interruptible {
  public:
    Interruptible() {
        struct sigaction action {};
        action.sa_handler = [](int) {};  // without SA_RESTART: the read returns
        sigaction(SIGINT, &action, &before_);
    }
    ~Interruptible() { sigaction(SIGINT, &before_, nullptr); }
    Interruptible(const Interruptible&) = delete;
    Interruptible& operator=(const Interruptible&) = delete;

  private:
    struct sigaction before_ {};
};

}  // namespace

char* LineEditor::prompt_of(editline* editor) {
    LineEditor* self = nullptr;
    el_get(editor, EL_CLIENTDATA, &self);
    return self->prompt_.data();
}

LineEditor::LineEditor(std::string history_path) : terminal_(isatty(STDIN_FILENO) == 1), history_path_(std::move(history_path)) {
    if (!terminal_) return;
    editor_ = el_init("procrun", stdin, stdout, stderr);
    history_ = history_init();
    HistEvent event;
    constexpr int lines_kept = 1000;
    ::history(history_, &event, H_SETSIZE, lines_kept);
    ::history(history_, &event, H_SETUNIQUE, 1);
    ::history(history_, &event, H_LOAD, history_path_.c_str());
    el_set(editor_, EL_CLIENTDATA, this);
    el_set(editor_, EL_PROMPT, &LineEditor::prompt_of);
    el_set(editor_, EL_EDITOR, "emacs");
    el_set(editor_, EL_SIGNAL, 1);
    el_set(editor_, EL_HIST, ::history, history_);
}

LineEditor::~LineEditor() {
    if (!terminal_) return;
    std::error_code ignored;  // a history that cannot be written is no reason to complain at the end
    std::filesystem::create_directories(std::filesystem::path(history_path_).parent_path(), ignored);
    const mode_t outer = umask(0077);
    HistEvent event;
    ::history(history_, &event, H_SAVE, history_path_.c_str());
    umask(outer);
    history_end(history_);
    el_end(editor_);
}

std::optional<std::string> LineEditor::read(const std::string& prompt) {
    std::string line;
    if (!terminal_) return std::getline(std::cin, line) ? std::optional(line) : std::nullopt;
    prompt_ = prompt;
    int length = 0;
    const Interruptible interruptible;
    errno = 0;  // the editor leaves it alone at Ctrl-D
    const char* typed = el_gets(editor_, &length);
    if (typed == nullptr && errno == EINTR) {
        std::fputs("^C\n", stdout);
        throw Dropped();
    }
    if (typed == nullptr || length <= 0) return std::nullopt;
    line.assign(typed, static_cast<std::size_t>(length));
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    return line;
}

void LineEditor::remember(const std::string& text) {
    if (!terminal_ || text.empty()) return;
    HistEvent event;
    ::history(history_, &event, H_ENTER, text.c_str());
}

}  // namespace cli
