#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "cli/doctor/pages.hpp"
#include "cli/terminal/words.hpp"

namespace cli::doctor {

namespace {

bool is_of_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

/// Replaces what names a machine, also within a word of several, `fence-store1`. Names of which one begins with the other must not meet:
/// the longer one is looked for first.
class Redaction {
  public:
    explicit Redaction(const lang::Site& site) {
        int number = 0;
        for (const auto& host : site.hosts) {
            ++number;
            add(host->name, fmt::format("host{}", number));
            // Addresses that RFC 5737 keeps for documents.
            if (host->address != host->name) add(host->address, fmt::format("192.0.2.{}", number % 255));
        }
        if (!site.name.empty()) add(site.name, "site");
        std::sort(words_.begin(), words_.end(), [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
    }

    std::string operator()(std::string text) const {
        for (const auto& [word, instead] : words_) replace(text, word, instead);
        return text;
    }
    const std::string& name_of(const lang::Host& host) const { return names_.at(host.name); }

  private:
    void add(const std::string& word, const std::string& instead) {
        names_.try_emplace(word, instead);
        words_.emplace_back(word, instead);
    }

    static void replace(std::string& text, const std::string& word, const std::string& instead) {
        for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
            std::size_t end = at + word.size();
            const bool is_whole = (at == 0 || !is_of_word(text[at - 1])) && (end == text.size() || !is_of_word(text[end]));
            if (!is_whole) {
                at = end;
                continue;
            }
            // The domain behind a name tells as much as the name.
            while (end + 1 < text.size() && text[end] == '.' && std::isalpha(static_cast<unsigned char>(text[end + 1])) != 0) {
                ++end;
                while (end < text.size() && (is_of_word(text[end]) || text[end] == '-')) ++end;
            }
            text.replace(at, end - at, instead);
            at += instead.size();
        }
    }

    std::vector<std::pair<std::string, std::string>> words_;
    std::map<std::string, std::string> names_;
};

class Bundle {
  public:
    explicit Bundle(const Examination& all) : all_(all), redacted_(all.site) {}

    std::string whole() {
        out_ = fmt::format(
            "# What `procrun doctor` asked, what it heard and what it read, {}. Names and addresses of machines are replaced,\n"
            "# secrets are masked. Review it before you send it: what else the machines said is in it as it was.\n",
            date_and_time(all_.when));
        settings();
        for (const Examined& machine : all_.machines) add_machine(machine);
        return out_;
    }

  private:
    void settings() {
        std::vector<std::string> hosts;
        for (const auto& host : all_.site.hosts)
            hosts.push_back(redacted_.name_of(*host) + (host->os == lang::Os::Windows ? " windows" : ""));
        out_ += fmt::format("hosts {}\n", fmt::join(hosts, ", "));
        for (const lang::Cluster& cluster : all_.site.clusters) {
            std::vector<std::string> nodes;
            for (const lang::Host* node : cluster.nodes) nodes.push_back(redacted_.name_of(*node));
            out_ += fmt::format("cluster {} {} nodes [{}]", cluster.name, cluster.kind, fmt::join(nodes, ", "));
            for (const auto& [key, value] : cluster.settings) {
                if (key != "password") out_ += fmt::format(" {} {}", key, redacted_(value.show()));
            }
            out_ += '\n';
        }
    }

    void add_machine(const Examined& machine) {
        out_ += fmt::format("\non {}\n", redacted_.name_of(*machine.host));
        if (!machine.unreached.empty()) out_ += fmt::format("# not reached: {}\n", redacted_(machine.unreached));
        for (const auto& [name, value] : machine.detected) {
            if (!value.is_unknown()) out_ += fmt::format("detected {} {}\n", name, value.show());
        }
        for (const Reading& reading : machine.readings) add(reading);
    }

    void add(const Reading& reading) {
        if (reading.replies.empty()) {
            out_ += fmt::format("# {} had no answer: {}\n", redacted_(reading.call), redacted_(reading.value.show()));
            return;
        }
        out_ += fmt::format("\ncall {}\n", redacted_(reading.call));
        for (const runtime::Reply& reply : reading.replies) add(reply);
        out_ += indented("= ", "  ", redacted_(reading.value.show()));
        if (!reading.disagreement.empty()) out_ += fmt::format("# {} says: {}\n", reading.tool, redacted_(reading.disagreement));
    }

    void add(const runtime::Reply& reply) {
        out_ += indented("$ ", "> ", redacted_(reply.command));
        out_ += indented("  ", "  ", redacted_(all_.mask(reply.out)));
        out_ += indented("2| ", "2| ", redacted_(all_.mask(reply.err)));
        if (reply.ending == runtime::Ending::LinkLost) out_ += "lost\n";
        if (reply.ending == runtime::Ending::Deadline) out_ += "deadline\n";
        if (reply.ending == runtime::Ending::NotSent) out_ += "not sent\n";
        if (reply.status != 0) {
            out_ += fmt::format("http {}\n", reply.status);
        } else if (reply.ending == runtime::Ending::Exited && reply.code != 0) {
            out_ += fmt::format("exit {}\n", reply.code);
        }
    }

    static std::string indented(std::string_view first, std::string_view others, const std::string& text) {
        std::string out;
        for (const std::string& line : lines_of(text)) out += fmt::format("{}{}\n", out.empty() ? first : others, line);
        return out;
    }

    const Examination& all_;
    const Redaction redacted_;
    std::string out_;
};

}  // namespace

std::string as_bundle(const Examination& all) { return Bundle(all).whole(); }

}  // namespace cli::doctor
