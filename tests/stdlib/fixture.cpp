#include "tests/stdlib/fixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <sstream>

#include "lang/model/cluster_kind.hpp"
#include "stdlib/all.hpp"
#include "tests/stdlib/literal.hpp"

namespace fixture {

namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

/// The rest of a line that begins with the word.
std::optional<std::string> after(const std::string& line, std::string_view word) {
    if (!line.starts_with(word)) return std::nullopt;
    if (line.size() == word.size()) return std::string();
    if (line[word.size()] != ' ') return std::nullopt;
    return line.substr(word.size() + 1);
}

bool belongs_to_reply(const std::string& line) {
    return line.starts_with("  ") || after(line, "<") || after(line, "2<") || after(line, "2|") || after(line, "exit") ||
           after(line, "http") || after(line, "not sent") || line == "lost" || line == "deadline";
}

bool continues_command(const std::string& line) { return after(line, ">") || after(line, "|"); }

std::string contents(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw Malformed(fmt::format("no recorded output {}", path.filename().string()));
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

std::vector<Block> parse(const std::string& text) {
    std::vector<Block> blocks;
    const auto lines = lines_of(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        Block block;
        const auto take_while = [&](auto&& belongs, auto&& add) {
            while (i + 1 < lines.size() && belongs(lines[i + 1])) add(lines[++i]);
        };
        const auto asked = after(lines[i], "$");
        const auto sent = after(lines[i], "!");
        if (asked || sent) {
            block.kind = asked ? Block::Kind::Asked : Block::Kind::Sent;
            take_while(continues_command, [](const std::string&) {});
            take_while(belongs_to_reply, [&](const std::string& line) { block.reply.push_back(line); });
        } else if (after(lines[i], "=")) {
            block.kind = Block::Kind::Result;
            take_while([](const std::string& line) { return line.starts_with("  "); }, [](const std::string&) {});
        } else {
            block.text = lines[i];
        }
        blocks.push_back(std::move(block));
    }
    return blocks;
}

std::string print(const std::vector<Block>& blocks) {
    std::string out;
    for (const Block& block : blocks) {
        switch (block.kind) {
            case Block::Kind::Line:
                out += block.text + "\n";
                break;
            case Block::Kind::Result:
                out += "= " + block.text + "\n";
                break;
            case Block::Kind::Asked:
            case Block::Kind::Sent:
                out += (block.kind == Block::Kind::Asked ? "$ " : "! ") + block.text + "\n";
                for (const std::string& line : block.reply) out += line + "\n";
        }
    }
    return out;
}

bool Settings::take(const std::string& line) {
    if (line.empty() || line.starts_with('#')) return true;
    if (const auto rest = after(line, "on")) {
        add_host(*rest);
        host = rest->substr(0, rest->find(' '));
    } else if (const auto names = after(line, "hosts")) {
        for (const std::string& one : split(*names, ',')) add_host(one);
    } else if (const auto cluster = after(line, "cluster")) {
        add_cluster(*cluster);
    } else if (const auto secret = after(line, "secret")) {
        const auto words = split(*secret, ' ');
        secrets[words.at(0)] = literal(words.at(1), lang::Kind::Text, *site).text();
    } else if (const auto found = after(line, "detected")) {
        const auto space = found->find(' ');
        detected[found->substr(0, space)] = literal(found->substr(space), lang::Kind::Any, *site);
    } else if (const auto fact = after(line, "fact")) {
        const auto space = fact->find(' ');
        lang::Host& here = *std::find_if(site->hosts.begin(), site->hosts.end(), [&](const auto& h) { return h->name == host; })->get();
        here.facts[fact->substr(0, space)] = literal(fact->substr(space), lang::Kind::Any, *site);
    } else if (const auto time = after(line, "now")) {
        now = literal(*time, lang::Kind::Time, *site).time();
    } else {
        return false;
    }
    return true;
}

void Settings::add_host(const std::string& written) {
    const auto words = split(written, ' ');
    if (site->find_host(words.at(0)) != nullptr) return;
    auto added = std::make_unique<lang::Host>();
    added->name = words[0];
    added->address = words[0];
    added->os = words.size() > 1 && words[1] == "windows" ? lang::Os::Windows : lang::Os::Linux;
    for (std::size_t i = 2; i + 1 < words.size(); i += 2) added->facts[words[i]] = literal(words[i + 1], lang::Kind::Any, *site);
    site->hosts.push_back(std::move(added));
}

void Settings::add_cluster(const std::string& written) {
    const auto words = split(written, ' ');
    lang::Cluster cluster{.name = words.at(0), .kind = words.at(1), .nodes = {}, .settings = {}, .span = {}};
    for (std::size_t i = 2; i + 1 < words.size(); i += 2) {
        const lang::Value value = literal(words[i + 1], lang::Kind::Any, *site);
        if (words[i] != "nodes") {
            static const runtime::Registry registry(stdlib::all());
            const auto entry = registry.catalog().listed_thing(fmt::format("{}.{}", cluster.kind, words[i]));
            if (entry && entry->entry->machines) {
                for (const lang::Value& host : value.items()) cluster.more_machines.push_back(&host.host());
            }
            cluster.settings[words[i]] = value;
            continue;
        }
        for (const lang::Value& node : value.items()) cluster.nodes.push_back(&node.host());
    }
    std::erase_if(site->clusters, [&](const lang::Cluster& other) { return other.name == cluster.name; });
    site->clusters.push_back(std::move(cluster));
}

runtime::Reply reply(const Block& block, const std::filesystem::path& folder) {
    runtime::Reply reply;
    reply.ending = runtime::Ending::Exited;
    reply.command = block.text;
    for (const std::string& line : block.reply) {
        if (line.starts_with("  ")) {
            reply.out += line.substr(2) + "\n";
        } else if (const auto file = after(line, "<")) {
            reply.out += contents(folder / *file);
        } else if (const auto err_file = after(line, "2<")) {
            reply.err += contents(folder / *err_file);
        } else if (const auto err = after(line, "2|")) {
            reply.err += *err + "\n";
        } else if (const auto code = after(line, "exit")) {
            reply.code = std::stoi(*code);
        } else if (const auto status = after(line, "http")) {
            reply.status = std::stoi(*status);
            reply.code = reply.status / 100 == 2 ? 0 : 1;
        } else if (line == "lost") {
            reply.ending = runtime::Ending::LinkLost;
            reply.err = "connection reset by peer";
        } else if (line == "deadline") {
            reply.ending = runtime::Ending::Deadline;
            reply.took = std::chrono::seconds(30);
        } else {
            const std::string why = after(line, "not sent").value_or("");
            reply.ending = runtime::Ending::NotSent;
            reply.err = why.empty() ? "connection refused" : why;
            if (why == "refused") reply.code = ECONNREFUSED;
            if (why == "no answer") reply.code = ETIMEDOUT;
            if (why == "no greeting") reply.code = ETIME;
        }
    }
    return reply;
}

}  // namespace fixture
