// Nothing that crm_mon tells is overlooked: each name of its schema is read, or left out for a reason (stdlib/pcs/read/crm_mon.md).
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <pugixml.hpp>
#include <set>
#include <sstream>
#include <string>

namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

std::string contents(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    REQUIRE_MESSAGE(in.good(), path.string());
    return {std::istreambuf_iterator<char>(in), {}};
}

fs::path source(const char* path) { return fs::path(PROCRUN_SOURCE_DIR) / path; }

Names kept(const char* version) {
    std::istringstream in(contents(source("tests/stdlib/pcs/schema") / (std::string(version) + ".names")));
    return {std::istream_iterator<std::string>(in), {}};
}

/// By name, whether it is read. A name in two rows counts as read and not: that is reported.
std::map<std::string, std::set<bool>> table() {
    std::map<std::string, std::set<bool>> rows;
    std::istringstream in(contents(source("stdlib/pcs/read/crm_mon.md")));
    for (std::string line; std::getline(in, line);) {
        const bool read = line.find(" | read | ") != std::string::npos, ignored = line.find(" | ignored | ") != std::string::npos;
        if (!line.starts_with("| `") || read == ignored) continue;
        const std::string names = line.substr(0, line.find(" | "));
        for (std::size_t at = 0; (at = names.find('`', at)) != std::string::npos;) {
            const std::size_t end = names.find('`', at + 1);
            const auto [row, fresh] = rows.try_emplace(names.substr(at + 1, end - at - 1));
            row->second.insert(read);
            if (!fresh) row->second.insert(!read);
            at = end + 1;
        }
    }
    return rows;
}

Names missing(const Names& schema) {
    const auto rows = table();
    Names found;
    for (const std::string& name : schema) {
        if (!rows.contains(name)) found.insert(name);
    }
    return found;
}

/// Collects the names of a RELAX NG schema, as they are written in the lists: "nodes/node@online", "ban@weight".
class Schema {
  public:
    explicit Schema(const fs::path& file) { grammar(file, {}, 0); }
    Names names;

  private:
    struct Grammar {
        fs::path folder;
        pugi::xml_node root;
    };

    void grammar(const fs::path& file, const std::string& parent, int depth) {
        pugi::xml_document document;
        REQUIRE_MESSAGE(document.load_file(file.c_str()), file.string());
        const Grammar here{file.parent_path(), document.document_element()};
        for (const pugi::xml_node& start : here.root.children("start")) inside(here, start, parent, depth);
    }

    void inside(const Grammar& here, const pugi::xml_node& around, const std::string& parent, int depth) {
        constexpr int deepest = 40;  // clones in bundles, groups in clones
        if (depth > deepest) return;
        for (const pugi::xml_node& node : around.children()) visit(here, node, parent, depth + 1);
    }

    void visit(const Grammar& here, const pugi::xml_node& node, const std::string& parent, int depth) {
        const std::string kind = node.name(), name = node.attribute("name").value();
        if (kind == "element") {
            const std::string key = name == "node" ? parent + "/node" : name;
            // What is inside an element does not depend on where it stands.
            if (names.insert(key).second) inside(here, node, key, depth);
        } else if (kind == "attribute") {
            names.insert(parent + "@" + name);
        } else if (kind == "ref") {
            for (const pugi::xml_node& define : here.root.children("define")) {
                if (name == define.attribute("name").value()) inside(here, define, parent, depth);
            }
        } else if (kind == "externalRef") {
            grammar(here.folder / node.attribute("href").value(), parent, depth + 1);
        } else {
            inside(here, node, parent, depth);
        }
    }
};

/// The newest schema of crm_mon that is installed here; empty where none is.
fs::path installed() {
    const char* asked = std::getenv("PCMK_schema_directory");
    const fs::path folder = fs::path(asked != nullptr ? asked : "/usr/share/pacemaker") / "api";
    std::error_code none;
    std::pair<int, fs::path> newest{-1, {}};
    for (const auto& entry : fs::directory_iterator(folder, none)) {
        int minor = -1;
        if (std::sscanf(entry.path().filename().c_str(), "crm_mon-2.%d.rng", &minor) == 1) newest = std::max(newest, {minor, entry.path()});
    }
    return newest.second;
}

}  // namespace

TEST_CASE("each name in crm_mon's schema is read, or left out for a reason") {
    CHECK(missing(kept("pacemaker-2.1")) == Names{});
    CHECK(missing(kept("pacemaker-3.0")) == Names{});
    CHECK(missing({"resource@invented"}) == Names{"resource@invented"});
    const fs::path schema = installed();
    if (schema.empty()) {
        MESSAGE("no schema of Pacemaker is installed here: its kept lists are used");
    } else {
        CHECK(missing(Schema(schema).names) == Names{});
    }
}

TEST_CASE("the table of what is read of crm_mon says what its reader does") {
    const std::string reader = contents(source("stdlib/pcs/read/crm_mon.cpp"));
    Names known = kept("pacemaker-2.1"), read_somewhere;
    known.merge(kept("pacemaker-3.0"));
    const auto word = [](const std::string& name) { return '"' + name.substr(name.find_last_of("@/") + 1) + '"'; };
    const auto rows = table();
    CHECK(rows.size() > 150);
    for (const auto& entry : rows) {
        const auto& name = std::get<0>(entry);
        const auto& read = std::get<1>(entry);
        INFO(name);
        CHECK(known.contains(name));
        CHECK(read.size() == 1);
        if (!read.contains(true)) continue;
        CHECK(reader.find(word(name)) != std::string::npos);
        read_somewhere.insert(word(name));
    }
    for (const auto& entry : rows) {
        const auto& name = std::get<0>(entry);
        const auto& read = std::get<1>(entry);
        INFO(name);
        if (!read.contains(true) && !read_somewhere.contains(word(name))) CHECK(reader.find(word(name)) == std::string::npos);
    }
}
