#include "lang/check/lookup/siblings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "lang/syntax/parse.hpp"

namespace lang::checker {

namespace {

/// The name that an item gives to whoever imports it; empty where it gives none.
std::string_view declared_name(const ast::Item& item) {
    if (const auto* define = std::get_if<ast::Define>(&item.node)) return define->name.text;
    if (const auto* need = std::get_if<ast::NeedsVerb>(&item.node)) return need->name.text;
    if (const auto* parameter = std::get_if<ast::Param>(&item.node)) return parameter->name.text;
    return {};
}

}  // namespace

std::optional<std::string> Siblings::import_of(std::string_view name) {
    if (!is_read_) read();
    const Place* place = look_up(declared_, name);
    if (place == nullptr) return std::nullopt;
    if (place->has_statements) {
        return fmt::format(
            "`{}` stands in {} beside this file; what several procedures use stands in a file of declarations, which they import", name,
            place->file);
    }
    return fmt::format("`{}` stands in {} beside this file: `import \"{}\"`", name, place->file, place->file);
}

void Siblings::read() {
    constexpr std::size_t most = 200;
    is_read_ = true;
    if (!request_.files_in) return;
    const std::filesystem::path folder = std::filesystem::path(request_.procedure).parent_path();
    std::vector<std::string> files = request_.files_in(folder.string());
    std::erase_if(files, [](const std::string& file) { return !file.ends_with(".proc"); });
    std::sort(files.begin(), files.end());
    files.resize(std::min(files.size(), most));
    for (const std::string& file : files) {
        const std::string path = (folder / file).lexically_normal().generic_string();
        bool takes_part = false;
        for (std::uint32_t i = 0; i < sources_.size(); ++i) takes_part = takes_part || sources_[i].path == path;
        auto text = takes_part ? std::nullopt : request_.load(path);
        if (!text) continue;
        Sources alone;
        Diagnostics ignored;
        const ast::File tree = parse(alone, alone.add(path, std::move(*text)), ignored);
        const bool has_statements = std::any_of(tree.items.begin(), tree.items.end(),
                                                [](const ast::Item& item) { return std::holds_alternative<ast::Stmt>(item.node); });
        for (const ast::Item& item : tree.items) {
            const std::string_view name = declared_name(item);
            if (name.empty()) continue;
            const auto [known, is_new] = declared_.try_emplace(std::string(name), Place{file, has_statements});
            if (!is_new && known->second.has_statements && !has_statements) known->second = {file, false};
        }
    }
}

}  // namespace lang::checker
