#include "lang/check/declarations/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "lang/syntax/parse.hpp"
#include "lang/text/spell.hpp"

namespace lang::checker {

namespace {

std::string normal(const std::filesystem::path& path) { return path.lexically_normal().generic_string(); }

class FileLoader {
  public:
    FileLoader(const CheckRequest& request, Sources& sources, Report& report) : request_(request), sources_(sources), report_(report) {}

    Files load() {
        const std::string procedure = normal(request_.procedure);
        if (!load_main(procedure, Role::Procedure, "procedure")) return std::move(result_);
        result_.site_path = site_path(procedure);
        if (result_.site_path && !state_.contains(*result_.site_path)) {
            // The site's files go before the procedure's, so that its declarations are read first.
            const auto end_of_procedure = static_cast<std::ptrdiff_t>(result_.files.size());
            load_main(*result_.site_path, Role::Site, "site");
            std::rotate(result_.files.begin(), result_.files.begin() + end_of_procedure, result_.files.end());
        }
        return std::move(result_);
    }

  private:
    enum class State { Reading, Read };

    std::optional<std::string> site_path(const std::string& procedure) const {
        if (request_.site) return normal(*request_.site);
        std::string usual = beside(procedure, "site.proc");
        // One that is there and cannot be read is not a site that is missing: loading it says so.
        const bool is_there = state_.contains(usual) || request_.load(usual) || why_unreadable(usual);
        return is_there ? std::optional(usual) : std::nullopt;
    }

    std::optional<std::string> why_unreadable(const std::string& path) const {
        return request_.why_unreadable ? request_.why_unreadable(path) : std::nullopt;
    }

    bool load_main(const std::string& path, Role role, std::string_view what) {
        auto text = request_.load(path);
        if (!text) {
            result_.whole = false;
            const std::uint32_t file = sources_.add(path, "");  // so that the finding has a place
            const std::optional<std::string> why = why_unreadable(path);
            report_.error("E0401", {0, 0, file}, fmt::format("the {} `{}` cannot be read{}", what, path, why ? ": " + *why : ""))
                .help(role == Role::Site ? "--site names a file that declares hosts and groups" : "give the path of a .proc file");
            return false;
        }
        read(path, std::move(*text), role);
        return true;
    }

    void read(const std::string& path, std::string text, Role role) {
        state_[path] = State::Reading;
        const std::uint32_t file = sources_.add(path, std::move(text));
        if (role == Role::Procedure) result_.procedure = file;
        LoadedFile loaded{.role = role, .tree = parse(sources_, file, report_.raw())};
        for (const ast::Item& item : loaded.tree.items) {
            if (const auto* import = std::get_if<ast::Import>(&item.node)) follow(*import, path);
        }
        state_[path] = State::Read;
        result_.files.push_back(std::move(loaded));
    }

    void follow(const ast::Import& import, const std::string& from) {
        const std::string path = beside(from, import.path);
        const auto seen = state_.find(path);
        if (seen != state_.end()) {
            if (seen->second == State::Reading) report_circle(import, path);
            return;
        }
        if (way_.size() >= deepest) {
            result_.lacks_imports = true;
            report_.error("E0402", import.path_span, fmt::format("imports are more than {} files deep", deepest));
            return;
        }
        if (sources_.size() >= most_files) {
            result_.lacks_imports = true;
            report_.error("E0402", import.path_span, fmt::format("more than {} files take part", most_files));
            return;
        }
        auto text = request_.load(path);
        if (!text) {
            result_.lacks_imports = true;
            if (const auto why = why_unreadable(path)) {
                report_.error("E0401", import.path_span, fmt::format("`{}` cannot be read: {}", path, *why));
                return;
            }
            report_.error("E0401", import.path_span, fmt::format("there is no file `{}`", path))
                .help(nearest_file(request_, import.path, path).value_or("the path is taken from where the importing file is"));
            return;
        }
        way_.push_back({path, import.path_span});
        read(path, std::move(*text), Role::Import);
        way_.pop_back();
    }

    void report_circle(const ast::Import& import, const std::string& path) {
        auto finding = report_.error("E0402", import.path_span, fmt::format("`{}` is imported from within itself", path));
        finding.label("back to where it began");
        // The way from the file to itself: what was imported since it was.
        std::size_t first = 0;
        for (std::size_t i = 0; i < way_.size(); ++i) {
            if (way_[i].path == path) first = i + 1;
        }
        for (std::size_t i = first; i < way_.size(); ++i) finding.see(way_[i].import, fmt::format("which imports `{}` here", way_[i].path));
    }

    static constexpr std::size_t deepest = 100;
    static constexpr std::size_t most_files = 1000;
    struct Import {
        std::string path;
        Span import;
    };

    const CheckRequest& request_;
    Sources& sources_;
    Report& report_;
    Files result_;
    std::map<std::string, State> state_;
    std::vector<Import> way_;  ///< the imports that led to the file that is being read
};

}  // namespace

std::optional<std::string> nearest_file(const CheckRequest& request, const std::string& written, const std::string& path) {
    if (!request.files_in) return std::nullopt;
    const std::string folder = written.substr(0, written.rfind('/') + 1);  // npos + 1 is 0
    std::vector<std::string> names;
    for (const std::string& name : request.files_in(std::filesystem::path(path).parent_path().string())) {
        if (name.ends_with(".proc")) names.push_back(procedure_name(name));
    }
    std::sort(names.begin(), names.end());
    const std::string stem = std::filesystem::path(written).stem().string();
    const bool is_there = std::find(names.begin(), names.end(), stem) != names.end();  // only its ending is another one
    const auto near = is_there ? std::optional(stem) : nearest(stem, names);
    return near ? std::optional(fmt::format("did you mean `{}{}.proc`?", folder, *near)) : std::nullopt;
}

Files load_files(const CheckRequest& request, Sources& sources, Report& report) { return FileLoader(request, sources, report).load(); }

std::string beside(std::string_view from, std::string_view path) { return normal(std::filesystem::path(from).parent_path() / path); }

std::string procedure_name(std::string_view path) {
    const std::filesystem::path file(path);
    return file.extension() == ".proc" ? file.stem().string() : file.filename().string();
}

}  // namespace lang::checker
