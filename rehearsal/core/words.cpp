#include "rehearsal/core/words.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace rehearsal {

namespace {

/// Reads a script from left to right. Whatever is more than a simple command makes it give up.
class Reader {
  public:
    explicit Reader(std::string_view script) : rest_(script) {}

    std::optional<std::vector<SimpleCommand>> read() {
        while (!rest_.empty()) {
            if (!step()) return std::nullopt;
        }
        end_word();
        if (!end_command(SimpleCommand::When::Always)) return std::nullopt;
        return std::move(commands_);
    }

  private:
    using When = SimpleCommand::When;

    bool step() {
        for (const auto& [text, apply] : redirections) {
            if (!word_ && take(text)) {
                apply(command_);
                return true;
            }
        }
        if (take("&&")) return end_word(), end_command(When::Succeeded);
        if (take("||")) return end_word(), end_command(When::Failed);
        const char c = rest_.front();
        if (c == '#' && !word_) return skip_comment();
        rest_.remove_prefix(1);
        switch (c) {
            case ' ':
            case '\t':
                end_word();
                return true;
            case ';':
            case '\n':
                end_word();
                return command_.words.empty() || end_command(When::Always);
            case '\'':
                return single_quoted();
            case '"':
                return double_quoted();
            case '\\':
                return escaped();
            default:
                if (std::string_view("|&<>()$`*?!{}").find(c) != std::string_view::npos) return false;
                add(c);
                return true;
        }
    }

    bool take(std::string_view text) {
        if (!rest_.starts_with(text)) return false;
        rest_.remove_prefix(text.size());
        return true;
    }

    void add(char c) {
        if (!word_) word_.emplace();
        *word_ += c;
    }

    void end_word() {
        if (word_) command_.words.push_back(std::move(*word_));
        word_.reset();
    }

    /// `next` says when the command after this one runs.
    bool end_command(When next) {
        if (command_.words.empty()) return next == When::Always && command_.when == When::Always;
        static constexpr std::array keywords{"if", "for", "while", "until", "case", "function", "then", "do", "set", "exec", "eval"};
        if (std::find(keywords.begin(), keywords.end(), command_.words.front()) != keywords.end()) return false;
        commands_.push_back(std::move(command_));
        command_ = {};
        command_.when = next;
        return true;
    }

    bool skip_comment() {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
        return true;
    }

    bool single_quoted() {
        const auto end = rest_.find('\'');
        if (end == std::string_view::npos) return false;
        if (!word_) word_.emplace();
        word_->append(rest_.substr(0, end));
        rest_.remove_prefix(end + 1);
        return true;
    }

    bool double_quoted() {
        if (!word_) word_.emplace();
        while (!rest_.empty()) {
            char c = rest_.front();
            rest_.remove_prefix(1);
            if (c == '"') return true;
            if (c == '$' || c == '`') return false;
            if (c == '\\' && !rest_.empty() && std::string_view("\"\\$`").find(rest_.front()) != std::string_view::npos) {
                c = rest_.front();
                rest_.remove_prefix(1);
            }
            *word_ += c;
        }
        return false;
    }

    bool escaped() {
        if (rest_.empty()) return false;
        if (rest_.front() != '\n') add(rest_.front());
        rest_.remove_prefix(1);
        return true;
    }

    struct Redirection {
        std::string_view text;
        void (*apply)(SimpleCommand&);
    };
    static constexpr std::array<Redirection, 7> redirections{{
        {"2>&1", [](SimpleCommand& c) { (c.out_dropped ? c.err_dropped : c.err_to_out) = true; }},
        {"2>/dev/null", [](SimpleCommand& c) { c.err_dropped = true; }},
        {"2> /dev/null", [](SimpleCommand& c) { c.err_dropped = true; }},
        {">/dev/null", [](SimpleCommand& c) { c.out_dropped = true; }},
        {"> /dev/null", [](SimpleCommand& c) { c.out_dropped = true; }},
        {"</dev/null", [](SimpleCommand&) {}},
        {"< /dev/null", [](SimpleCommand&) {}},
    }};

    std::string_view rest_;
    std::optional<std::string> word_;
    SimpleCommand command_;
    std::vector<SimpleCommand> commands_;
};

}  // namespace

std::optional<std::vector<SimpleCommand>> read_script(std::string_view script) { return Reader(script).read(); }

std::vector<std::string> windows_words(std::string_view line) {
    std::vector<std::string> words;
    std::optional<std::string> word;
    bool quoted = false;
    for (const char c : line) {
        if (!quoted && (c == ' ' || c == '\t')) {
            if (word) words.push_back(std::move(*word));
            word.reset();
            continue;
        }
        if (!word) word.emplace();
        if (c == '"') {
            quoted = !quoted;
        } else {
            *word += c;
        }
    }
    if (word) words.push_back(std::move(*word));
    return words;
}

std::optional<PortRequest> read_port_request(const Invocation& call) {
    const std::string& url = call.words.back();
    const auto scheme = url.find("://");
    if (scheme == std::string::npos || call.words.size() > 2) return std::nullopt;
    const bool tcp = call.words.size() == 1;
    if (tcp != url.starts_with("tcp://")) return std::nullopt;
    const auto slash = std::min(url.find('/', scheme + 3), url.size());
    const auto colon = url.rfind(':', slash);
    PortRequest request{.port = 0, .method = tcp ? "" : call.words.front(), .target = url.substr(slash)};
    const auto [end, error] = std::from_chars(url.data() + colon + 1, url.data() + slash, request.port);
    if (error != std::errc{} || end != url.data() + slash) return std::nullopt;
    return request;
}

}  // namespace rehearsal
