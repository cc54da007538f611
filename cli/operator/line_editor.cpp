#include "cli/operator/line_editor.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <histedit.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "cli/operator/interrupts.hpp"
#include "cli/operator/prompt.hpp"
#include "cli/terminal/output.hpp"

namespace cli {

/// False where we are to stop instead.
bool LineEditor::wait_for_input() const {
    while (!stop_->no_new_action()) {
        pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
        constexpr int look_again = 200;  // milliseconds: a signal is looked at between
        if (poll(&input, 1, look_again) > 0) return true;
        if (terminal_) el_resize(editor_);  // of a change of the window's size it hears once only
    }
    return false;
}

/// A key, as libedit asks for it; EINTR where we are to stop. Its own reader would go to sleep over a signal that came just before.
int LineEditor::key_for(editline* editor, wchar_t* key) {
    LineEditor* self = nullptr;
    el_get(editor, EL_CLIENTDATA, &self);
    for (;;) {
        if (!self->wait_for_input()) {
            errno = EINTR;
            return -1;
        }
        unsigned char byte = 0;
        const ssize_t count = ::read(STDIN_FILENO, &byte, 1);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return static_cast<int>(count);
        constexpr unsigned char ascii = 0x7F;
        if (byte > ascii) continue;  // no text of ours: the editor shows none
        *key = byte;
        return 1;
    }
}

char* LineEditor::prompt_of(editline* editor) {
    LineEditor* self = nullptr;
    el_get(editor, EL_CLIENTDATA, &self);
    return self->prompt_.data();
}

/// What libedit does at a Tab.
unsigned char LineEditor::complete_line(editline* editor, int) {
    LineEditor* self = nullptr;
    el_get(editor, EL_CLIENTDATA, &self);
    if (!self->completer_) return CC_ERROR;
    const LineInfo* line = el_line(editor);
    const Completion more = self->completer_(std::string_view(line->buffer, static_cast<std::size_t>(line->cursor - line->buffer)));
    if (!more.insert.empty()) return el_insertstr(editor, more.insert.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
    if (more.choices.empty()) return CC_ERROR;
    write_at_once(stdout, fmt::format("\n{}\n", fmt::join(more.choices, "  ")));
    return CC_REDISPLAY;
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
    el_set(editor_, EL_SIGNAL, 1);  // puts the terminal in order first, and passes the signal on to our handler
    el_set(editor_, EL_GETCFN, &LineEditor::key_for);
    el_set(editor_, EL_HIST, ::history, history_);
    // By its wide form: the other one makes copies of the two texts that nothing gives back.
    el_wset(editor_, EL_ADDFN, L"procrun-complete", L"completes a name", &LineEditor::complete_line);
    el_set(editor_, EL_BIND, "^I", "procrun-complete", nullptr);
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

std::optional<std::string> LineEditor::read(const std::string& prompt, runtime::Stop& stop) {
    stop_ = &stop;
    if (!terminal_) return read_unedited();
    prompt_ = prompt;
    int length = 0;
    const char* typed = el_gets(editor_, &length);
    if (stop.no_new_action()) {
        write_at_once(stdout, "^C\n");
        if (Interrupts::to_end()) return std::nullopt;
        stop.rearm();
        throw Dropped();
    }
    if (typed == nullptr || length <= 0) return std::nullopt;
    std::string line(typed, static_cast<std::size_t>(length));
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    return line;
}

std::optional<std::string> LineEditor::read_unedited() {
    std::string line;
    for (char byte = 0; wait_for_input();) {
        const ssize_t count = ::read(STDIN_FILENO, &byte, 1);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return line.empty() ? std::nullopt : std::optional(line);
        if (byte == '\n') return line;
        line += byte;
    }
    return std::nullopt;
}

void LineEditor::remember(const std::string& text) {
    if (!terminal_ || text.empty()) return;
    HistEvent event;
    ::history(history_, &event, H_ENTER, text.c_str());
}

}  // namespace cli
