#include "tests/stdlib/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <span>
#include <vector>

#include "runtime/connection/net/network.hpp"
#include "tests/stdlib/fixture.hpp"
#include "tests/stdlib/literal.hpp"

namespace fixture {

namespace {

using lang::Value;
using runtime::Verdict;

std::string indented(const std::string& text) {
    std::string out;
    for (const char c : text) {
        out += c;
        if (c == '\n') out += "  ";
    }
    return out;
}

/// On one line where that stays readable, else an item or field a line.
std::string show(const Value& value) {
    std::string whole = value.show();
    if (whole.size() <= 100) return whole;
    std::string out;
    if (const auto* list = std::get_if<std::shared_ptr<const lang::List>>(&value.payload())) {
        for (const Value& item : (*list)->items) out += "\n" + show(item);
        return "list" + indented(out);
    }
    if (const auto* record = std::get_if<std::shared_ptr<const lang::Record>>(&value.payload())) {
        const lang::RecordType& type = *(*record)->type;
        for (std::size_t i = 0; i < type.fields.size(); ++i) out += "\n" + type.fields[i].name + ": " + show((*record)->fields[i]);
        return type.name + indented(out);
    }
    return whole;
}

std::string show(const Verdict& verdict) {
    static constexpr std::array names{"Reached", "Needed", "Moving", "Refused", "Unclear", "Failed"};
    const std::string name = names.at(static_cast<std::size_t>(verdict.state));
    return verdict.why.empty() ? name : name + ": " + verdict.why;
}

std::string show_parts(std::span<const runtime::Part> parts) {
    std::string out;
    for (const runtime::Part& part : parts) {
        if (const auto* verbatim = std::get_if<runtime::Verbatim>(&part)) out += verbatim->text;
        if (const auto* quoted = std::get_if<runtime::Quoted>(&part)) out += "'" + quoted->text + "'";
        if (std::holds_alternative<runtime::Hidden>(part)) out += "***";
    }
    return out;
}

/// Every line of `text` after the first begins with `mark`.
std::string marked(const std::string& text, const std::string& mark) {
    std::string out;
    for (const char c : text) {
        out += c;
        if (c == '\n') out += mark;
    }
    return out;
}

std::string show(const runtime::Command& command, const lang::Host& host) {
    std::string out = command.may_become() ? "" : "(as the log-in user) ";
    switch (command.form()) {
        case runtime::Command::Form::Program:
            for (const std::string& word : command.words()) {
                const bool plain = !word.empty() && word.find_first_not_of(
                                                        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                                        "0123456789_@%+=:,./-\\") == std::string::npos;
                out += (out.empty() || out.back() == ' ' ? "" : " ") + (plain ? word : "'" + word + "'");
            }
            break;
        case runtime::Command::Form::Script:
            out += "sh: " + show_parts(command.parts());
            break;
        case runtime::Command::Form::PowerShell:
            out += "powershell: " + show_parts(command.parts());
            break;
        case runtime::Command::Form::Request: {
            const std::string shown = runtime::request_line(command.other_host() != nullptr ? *command.other_host() : host, command).shown;
            out += shown.substr(0, shown.find(" < "));
            break;
        }
    }
    out = marked(out, "> ");
    std::string input = show_parts(command.input());
    if (input.ends_with('\n')) input.pop_back();
    if (!input.empty()) out += "\n| " + marked(input, "| ");
    return out;
}

class Case {
  public:
    Case(const runtime::Registry& registry, const Settings& settings, std::vector<Block> blocks, std::filesystem::path folder)
        : registry_(registry), settings_(settings), in_(std::move(blocks)), folder_(std::move(folder)) {}

    std::vector<Block> call(const std::string& written, Coverage& coverage, bool foresee) {
        const auto open = written.find('(');
        const auto dot = written.find('.');
        if (open == std::string::npos || dot > open || written.back() != ')') throw Malformed("no call: " + written);
        const auto index = registry_.catalog().find(written.substr(0, dot), written.substr(dot + 1, open - dot - 1));
        if (!index) throw Malformed("no builtin " + written.substr(0, open));
        const runtime::Builtin& builtin = registry_[*index];
        const lang::Signature& signature = registry_.catalog()[*index];
        const runtime::Arguments values(signature,
                                        arguments(written.substr(open + 1, written.size() - open - 2), signature, *settings_.site));
        const runtime::Context context = context_for(values);
        coverage.called.insert(signature.full_name());
        if (const auto* pure = std::get_if<runtime::Pure>(&builtin.parts)) result(show((*pure)(context)));
        if (const auto* query = std::get_if<runtime::Query>(&builtin.parts)) result(show(ask(query->read, context)));
        const auto* action = std::get_if<runtime::Action>(&builtin.parts);
        if (foresee) {
            if (action == nullptr || !action->preview) throw Malformed("nothing is foreseen of " + written);
            result(show(ask(*action->preview, context)));
        } else if (action != nullptr) {
            if (act(*action, context)) coverage.arrived.insert(signature.full_name());
        }
        return finish();
    }

    std::vector<Block> read(const runtime::Read& read) {
        static const lang::Signature none;
        const runtime::Arguments values(none, {});
        result(show(ask(read, context_for(values))));
        return finish();
    }

  private:
    runtime::Context context_for(const runtime::Arguments& values) {
        return {.arguments = values,
                .host = settings_.site->find_host(settings_.host),
                .site = settings_.site.get(),
                .detected = settings_.detected,
                .now = settings_.now,
                .secret = [this](std::string_view name) -> Value {
                    const auto it = settings_.secrets.find(std::string(name));
                    return it == settings_.secrets.end() ? Value::unknown("no such secret") : Value(lang::Secret{it->second});
                }};
    }

    /// The next block of the kind; comments and blank lines before it are kept.
    Block next(Block::Kind kind) {
        while (at_ < in_.size() && in_[at_].kind == Block::Kind::Line) out_.push_back(in_[at_++]);
        if (at_ < in_.size() && in_[at_].kind == kind) return in_[at_++];
        return {.kind = kind, .text = {}, .reply = {}};
    }
    bool more() {
        return std::any_of(in_.begin() + static_cast<std::ptrdiff_t>(at_), in_.end(),
                           [](const Block& b) { return b.kind != Block::Kind::Line; });
    }

    void result(std::string text) {
        Block block = next(Block::Kind::Result);
        block.text = std::move(text);
        out_.push_back(std::move(block));
    }
    runtime::Reply exchange(Block::Kind kind, const runtime::Command& command) {
        Block block = next(kind);
        block.text = show(command, *settings_.site->find_host(settings_.host));
        out_.push_back(block);
        return reply(block, folder_);
    }

    /// As the runtime does it: a reader sees only commands that exited, unless it reads silence.
    Value ask(const runtime::Read& read, const runtime::Context& context) {
        std::vector<runtime::Reply> replies;
        for (const runtime::Command& command : read.commands(context)) replies.push_back(exchange(Block::Kind::Asked, command));
        for (const runtime::Reply& reply : replies) {
            if (reply.ending != runtime::Ending::Exited && !read.reads_silence) return Value::unknown(reply.describe());
        }
        return read.value(replies, context);
    }

    /// True where something was sent and the last word was Reached.
    bool act(const runtime::Action& action, const runtime::Context& context) {
        Value before;
        if (action.probe) {
            before = ask(*action.probe, context);
            result(before.is_unknown() ? show(before) : show(action.judge(before, context)));
        }
        if (!more()) return false;
        const runtime::Reply reply = exchange(Block::Kind::Sent, action.command(before, context));
        std::optional<std::string> complaint;
        if (action.complaint) {
            complaint = action.complaint(reply, context);
        } else if (!reply.ok() && !(action.ends_link && reply.ending == runtime::Ending::LinkLost)) {
            complaint = reply.describe();
        }
        result(complaint ? "complaint: " + *complaint : "sent");
        bool reached = !action.probe && !complaint;
        while (action.probe && more()) {
            const Value now = ask(*action.probe, context);
            if (now.is_unknown()) {
                result(show(now));
                continue;
            }
            const Verdict verdict = action.arrived ? action.arrived(before, now, context) : action.judge(now, context);
            reached = verdict.state == Verdict::State::Reached;
            result(show(verdict));
        }
        return reached;
    }

    std::vector<Block> finish() {
        if (more()) throw Malformed("more commands or results than the builtin has");
        out_.insert(out_.end(), in_.begin() + static_cast<std::ptrdiff_t>(at_), in_.end());
        return std::move(out_);
    }

    const runtime::Registry& registry_;
    const Settings& settings_;
    std::vector<Block> in_, out_;
    std::size_t at_ = 0;
    std::filesystem::path folder_;
};

const runtime::Read& residue(const runtime::Registry& registry, const std::string& name) {
    for (const runtime::Module& module : registry.modules()) {
        for (const runtime::Residue& residue : module.residues) {
            if (module.name + "." + residue.name == name) return residue.query.read;
        }
    }
    throw Malformed("no residue " + name);
}

bool starts_case(const Block& block) {
    return block.kind == Block::Kind::Line && (block.text.starts_with("call ") || block.text.starts_with("foresee ") ||
                                               block.text.starts_with("detect ") || block.text.starts_with("residue "));
}

/// Settings and comments are between the cases; what follows a case line up to the next setting is the case's.
bool ends_case(const Block& block) { return block.kind == Block::Kind::Line && !block.text.empty() && !block.text.starts_with('#'); }

}  // namespace

std::string replay(const std::filesystem::path& path, const runtime::Registry& registry, Coverage& coverage) {
    std::ifstream file(path, std::ios::binary);
    const std::vector<Block> in = parse({std::istreambuf_iterator<char>(file), {}});
    std::vector<Block> out;
    Settings settings;
    for (std::size_t i = 0; i < in.size(); ++i) {
        out.push_back(in[i]);
        if (!starts_case(in[i])) {
            if (in[i].kind != Block::Kind::Line || !settings.take(in[i].text)) throw Malformed("not understood: " + in[i].text);
            continue;
        }
        const auto end = std::find_if(in.begin() + static_cast<std::ptrdiff_t>(i) + 1, in.end(), ends_case);
        Case one(registry, settings, {in.begin() + static_cast<std::ptrdiff_t>(i) + 1, end}, path.parent_path());
        const std::string& line = in[i].text;
        const std::string subject = line.substr(line.find(' ') + 1);
        std::vector<Block> played;
        if (line.starts_with("call ") || line.starts_with("foresee ")) {
            played = one.call(subject, coverage, line.starts_with("foresee "));
        } else {
            coverage.called.insert(subject);
            played = one.read(line.starts_with("detect ") ? registry.detection(subject).read : residue(registry, subject));
        }
        out.insert(out.end(), played.begin(), played.end());
        i = static_cast<std::size_t>(end - in.begin()) - 1;
    }
    return print(out);
}

}  // namespace fixture
