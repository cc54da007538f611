// A file that is not a procedure at all: what it is can mostly be told from how it begins, and one finding is enough then.
#include <algorithm>
#include <array>

#include "lang/syntax/state.hpp"

namespace lang::parsing {

namespace {

std::string_view line_at(std::string_view text) {
    std::string_view line = text.substr(0, text.find('\n'));
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    return line;
}

/// From the first line that is neither empty nor a comment.
std::string_view first_line(std::string_view text) {
    while (!text.empty()) {
        std::string_view line = line_at(text);
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        if (!line.empty() && !line.starts_with('#')) return line;
        text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    }
    return {};
}

/// `hosts:`, `hosts: web`, `my_key: 5`
bool is_key_of_yaml(std::string_view line) {
    const std::size_t end =
        std::min(line.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"), line.size());
    return end > 0 && end < line.size() && line[end] == ':' && (end + 1 == line.size() || line[end + 1] == ' ');
}

std::string_view script_of(std::string_view interpreter) {
    struct Script {
        std::string_view program, what;
    };
    constexpr std::array<Script, 6> scripts{{{"python", "a Python script"},
                                             {"perl", "a Perl script"},
                                             {"ruby", "a Ruby script"},
                                             {"ansible", "an Ansible playbook"},
                                             {"pwsh", "a PowerShell script"},
                                             {"sh", "a shell script"}}};
    const auto it = std::find_if(scripts.begin(), scripts.end(),
                                 [&](const Script& script) { return interpreter.find(script.program) != std::string_view::npos; });
    return it == scripts.end() ? "a script of another language" : it->what;
}

}  // namespace

std::string_view other_kind_of_file(std::string_view text) {
    const std::string_view head = line_at(text);
    if (head.starts_with("#!") && head.find("procrun") == std::string_view::npos) return script_of(head);
    const std::string_view line = first_line(text);
    if (line == "---" || line.starts_with("- ") || is_key_of_yaml(line)) return "a YAML file";
    if (line.starts_with("{\"") || line == "{" || line == "[" || line.starts_with("[{")) return "a JSON file";
    if (line.starts_with("[") && line.ends_with("]") && line.find_first_of("\",( ") == std::string_view::npos)
        return "an INI file or inventory";
    if (line.starts_with("<")) return "an XML or HTML file";
    if (line.starts_with("**") || line.starts_with("> ") || line.starts_with("| ")) return "a page in Markdown";
    return {};
}

}  // namespace lang::parsing
