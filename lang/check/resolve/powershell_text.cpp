#include "lang/check/resolve/powershell_text.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace lang::checker {

namespace {

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_decimal(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (small(c) >= 'a' && small(c) <= 'z') || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

std::string in_small_letters(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), small);
    return out;
}

/// about_Automatic_Variables: PowerShell sets these itself.
constexpr std::array<std::string_view, 26> automatic_variables{"_",
                                                               "args",
                                                               "consolefilename",
                                                               "enabledexperimentalfeatures",
                                                               "error",
                                                               "event",
                                                               "executioncontext",
                                                               "false",
                                                               "foreach",
                                                               "home",
                                                               "host",
                                                               "input",
                                                               "lastexitcode",
                                                               "matches",
                                                               "null",
                                                               "pid",
                                                               "profile",
                                                               "pscmdlet",
                                                               "psitem",
                                                               "pwd",
                                                               "sender",
                                                               "stacktrace",
                                                               "switch",
                                                               "this",
                                                               "true",
                                                               "myinvocation"};

/// Parameters of commands that set the variable which they name.
constexpr std::array<std::string_view, 10> setting_parameters{"-outvariable", "-ov", "-errorvariable",       "-ev", "-warningvariable",
                                                              "-wv",          "-iv", "-informationvariable", "-pv", "-pipelinevariable"};

class PowerShell {
  public:
    explicit PowerShell(std::string_view text) : text_(text) {}

    std::vector<ShellVariable> not_set() {
        while (at_ < text_.size()) step();
        if (opaque_) return {};
        std::erase_if(used_, [&](const ShellVariable& one) {
            const std::string name = in_small_letters(one.name);
            return set_.contains(name) ||
                   std::find(automatic_variables.begin(), automatic_variables.end(), name) != automatic_variables.end();
        });
        return std::move(used_);
    }

  private:
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

    void step() {
        const char c = peek();
        if (c == '`') {
            at_ += 2;
        } else if (c == '\'') {
            const std::size_t end = text_.find('\'', at_ + 1);
            at_ = end == std::string_view::npos ? at_ + 1 : end + 1;
        } else if (c == '#' && (at_ == 0 || is_blank(text_[at_ - 1]))) {
            at_ = std::min(text_.find('\n', at_), text_.size());
        } else if (c == '$') {
            variable();
        } else if (is_letter(c) || (c == '-' && is_letter(peek(1)))) {
            word();
        } else if (c == '.' && is_blank(peek(1)) && begins_command()) {
            opaque_ = true;
            ++at_;
        } else {
            if (c == '(') ++depth_;
            if (c == ')' && depth_ > 0 && --depth_ < parameters_) parameters_ = 0;
            ++at_;
        }
    }

    bool begins_command() const {
        std::size_t before = at_;
        while (before > 0 && is_blank(text_[before - 1])) --before;
        return before == 0 || std::string_view(";{(&|\"'").find(text_[before - 1]) != std::string_view::npos;
    }

    void skip_blanks() {
        while (is_blank(peek())) ++at_;
    }

    std::string_view name() {
        const std::size_t begin = at_;
        while (is_letter(peek()) || is_decimal(peek())) ++at_;
        return text_.substr(begin, at_ - begin);
    }

    void word() {
        const std::size_t begin = at_;
        while (is_letter(peek()) || is_decimal(peek()) || peek() == '-') ++at_;
        const std::string word = in_small_letters(text_.substr(begin, at_ - begin));
        if (word == "iex" || word == "invoke-expression") opaque_ = true;
        if (word == "param" || word == "foreach" || is_function_) {
            skip_blanks();
            if (peek() == '(' && word == "foreach") element_ = true;
            if (peek() == '(' && word != "foreach") parameters_ = depth_ + 1;
        }
        is_function_ = word == "function" || word == "filter";
        if (is_function_) skip_blanks();
        const bool names = std::find(setting_parameters.begin(), setting_parameters.end(), word) != setting_parameters.end();
        if (!names && word != "set-variable" && word != "new-variable") return;
        skip_blanks();
        if (text_.substr(at_).starts_with("-Name") || text_.substr(at_).starts_with("-name")) at_ += 5;
        while (is_blank(peek()) || peek() == '+') ++at_;
        set_.insert(in_small_letters(name()));
    }

    void variable() {
        const std::size_t begin = at_++;
        const bool braces = peek() == '{';
        if (braces) ++at_;
        if (!is_letter(peek())) return;
        const std::string name(this->name());
        // `$env:Path`, `$script:x`: of another scope or drive.
        const bool scoped = peek() == ':' && (is_letter(peek(1)) || peek(1) == '{');
        if (scoped) {
            ++at_;
            this->name();
            return;
        }
        if (braces || element_ || (parameters_ > 0 && depth_ == parameters_) || text_.substr(0, begin).ends_with("++") || is_assigned()) {
            set_.insert(in_small_letters(name));
        }
        element_ = false;
        used_.push_back({.name = name, .at = begin, .in_quotes = false, .powershell = true});
    }

    /// `= …`, `+= …`, `++`, and `, $other = …`
    bool is_assigned() const {
        std::string_view behind = text_.substr(at_);
        const auto skip_blanks = [&] {
            while (!behind.empty() && is_blank(behind.front())) behind.remove_prefix(1);
        };
        skip_blanks();
        while (behind.starts_with(',')) {
            behind.remove_prefix(1);
            skip_blanks();
            if (!behind.starts_with('$')) return false;
            behind.remove_prefix(1);
            while (!behind.empty() && (is_letter(behind.front()) || is_decimal(behind.front()))) behind.remove_prefix(1);
            skip_blanks();
        }
        if (behind.starts_with("++") || behind.starts_with("--")) return true;
        if (!behind.empty() && std::string_view("+-*/%").find(behind.front()) != std::string_view::npos) behind.remove_prefix(1);
        return behind.starts_with('=') && !behind.starts_with("==");
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;             ///< of parentheses
    int parameters_ = 0;        ///< the depth at which they are declared; 0: not here
    bool element_ = false;      ///< the next variable is that of a loop
    bool is_function_ = false;  ///< the next word is a function's name
    bool opaque_ = false;       ///< another text is run in this scope
    std::vector<ShellVariable> used_;
    std::set<std::string> set_;
};

}  // namespace

std::size_t powershell_begins(std::string_view script) {
    const std::string text = in_small_letters(script);
    for (const std::string_view program : {"powershell", "pwsh"}) {
        for (std::size_t at = text.find(program); at != std::string::npos; at = text.find(program, at + 1)) {
            std::string_view behind = std::string_view(text).substr(at + program.size());
            if (behind.starts_with(".exe")) behind.remove_prefix(4);
            const bool ends = behind.empty() || std::string_view(" \t\n\"'").find(behind.front()) != std::string_view::npos;
            const bool begins = at == 0 || std::string_view(" \t\n;&|(\"'/\\").find(text[at - 1]) != std::string_view::npos;
            if (begins && ends) return at;
        }
    }
    return script.size();
}

std::vector<ShellVariable> powershell_variables_not_set(std::string_view script) { return PowerShell(script).not_set(); }

}  // namespace lang::checker
