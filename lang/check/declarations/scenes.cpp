// What rehearsals are told: `scene` and `reply`.
#include <fmt/format.h>

#include <map>

#include "lang/check/declarations/sites.hpp"
#include "lang/text/spell.hpp"

namespace lang::checker {

namespace {

/// Where a text of the declaration stands in it; the whole of it, where that cannot be told.
Span place_of(const std::string& text, Span declaration, const Sources& sources) {
    const std::string_view all =
        std::string_view(sources[declaration.file].text).substr(declaration.begin, declaration.end - declaration.begin);
    const std::size_t at = all.find("\"" + text + "\"");
    if (at == std::string_view::npos) return declaration;
    const auto begin = static_cast<std::uint32_t>(declaration.begin + at);
    return {begin, begin + static_cast<std::uint32_t>(text.size() + 2), declaration.file};
}

/// What a rehearsal knows of the troubles. An unknown one is a mistake of the text; that a host cannot have one matters to rehearsals
/// only, and keeps nobody from running a procedure at night.
void judge_troubles(Environment& environment) {
    if (!environment.request.rehearsals.judge) return;
    const bool sound = !environment.report.has_errors();
    for (const Scene& scene : environment.site->scenes) {
        for (const TroubleFinding& found : environment.request.rehearsals.judge(*environment.site, scene, sound)) {
            const std::string& trouble = scene.troubles[found.trouble];
            const Span place = place_of(trouble, scene.span, environment.sources);
            if (found.is_unknown) {
                environment.report.error("E0415", place, fmt::format("unknown trouble \"{}\"", found.why))
                    .label("not known")
                    .help(found.instead);
            } else {
                environment.report.warning("W0606", place, fmt::format("the scene \"{}\" cannot be rehearsed: {}", scene.name, found.why))
                    .help(found.instead);
            }
        }
    }
}

}  // namespace

void declare_scenes(const Declarations& all, Environment& environment) {
    ByName<Span> first;
    for (const auto& [written, span] : all.scenes) {
        const auto [known, is_new] = first.try_emplace(written->name, span);
        if (!is_new) {
            environment.report.error("E0203", span, fmt::format("two scenes are called \"{}\"", written->name))
                .label("a second one")
                .see(known->second, "the first one");
        }
        const std::string& file = environment.sources[span.file].path;
        if (written->after && !environment.load(beside(file, *written->after))) {
            environment.report
                .error("E0415", place_of(*written->after, span, environment.sources),
                       fmt::format("there is no procedure `{}`", beside(file, *written->after)))
                .help(nearest_file(environment.request, *written->after, beside(file, *written->after))
                          .value_or("the path is taken from where the site file is"));
        }
        for (const std::string& trouble : written->troubles) {
            const Span place = place_of(trouble, span, environment.sources);
            const std::size_t colon = trouble.find(':');
            const std::string host = trouble.substr(0, colon);
            if (colon == std::string::npos) {
                environment.report.error("E0415", place, fmt::format("\"{}\" names no host", trouble))
                    .help("write \"HOST: what is wrong there\"");
            } else if (environment.site->find_host(host) == nullptr) {
                environment.report
                    .error("E0415", place, fmt::format("\"{}\" is about `{}`, which is not a host of the site", trouble, host))
                    .help(environment.site->find_group(host) != nullptr ? "a group has no trouble: name its hosts, each with its own"
                                                                        : suggestion(host, environment.names.of<HostName>()));
            }
        }
        environment.site->scenes.push_back({.name = written->name, .after = written->after, .troubles = written->troubles, .span = span});
    }
    judge_troubles(environment);
}

// ---------------------------------------------------------------- replies

namespace {

struct Replies {
    Environment& environment;

    void wrong(Span span, std::string message, std::string help) {
        environment.report.error("E0419", span, std::move(message)).help(std::move(help));
    }

    /// Is it something that can be sent?
    void look_at(const std::string& asked, Span span) {
        if (asked.find_first_not_of(" \t\n") == std::string::npos) {
            wrong(span, "there is no command in it", "write the command as the procedure sends it");
        } else if (is_request(asked) && asked.find("://:") == std::string::npos) {
            const std::size_t address = asked.find("://") + 3, end = asked.find_first_of(":/", address);
            std::string without = asked;
            without.erase(address, std::min(end, asked.size()) - address);
            if (without.find("://:") == std::string::npos) without.insert(address, asked.starts_with("tcp") ? ":PORT" : ":80");
            wrong(span, "a request has no address here: the machine stands behind `on`", fmt::format("write \"{}\"", without));
        }
    }

    SimulatedReply::Said said(const ast::ReplyDecl::Said& written, const std::string& asked) {
        const bool request = is_request(asked), tcp = asked.starts_with("tcp://");
        if (written.refused && !request)
            wrong(written.span, "only a request is refused", "a command ends with an exit status: `= 1 \"what it writes\"`");
        if (written.status && tcp) wrong(written.span, "a connection has no status", "write the text alone, or `refused`");
        const std::int64_t least = request ? 100 : 0, most = request ? 599 : 255;
        if (written.status && !tcp && (*written.status < least || *written.status > most))
            wrong(written.span, fmt::format("{} is not {}", *written.status, request ? "a status of HTTP" : "an exit status"),
                  fmt::format("from {} to {}", least, most));
        return {.refused = written.refused,
                .status = static_cast<int>(written.status.value_or(request && !tcp ? 200 : 0)),
                .text = written.text};
    }

    std::vector<const Host*> hosts(const ast::ExprPtr& written) {
        if (written == nullptr) return {};
        return constant_hosts(*written, "the machines of a reply", environment).value_or(std::vector<const Host*>());
    }
};

}  // namespace

void declare_replies(const Declarations& all, Environment& environment) {
    Replies replies{environment};
    std::map<std::pair<std::string, const Host*>, Span> first;
    for (const auto& [written, span] : all.replies) {
        replies.look_at(written->asked, written->asked_span);
        SimulatedReply reply{.asked = written->asked,
                             .hosts = replies.hosts(written->hosts),
                             .said = replies.said(written->said, written->asked),
                             .changes = {},
                             .place = {},
                             .span = span};
        for (const ast::ReplyDecl::Change& change : written->changes) {
            replies.look_at(change.after, change.after_span);
            reply.changes.push_back(
                {.after = change.after, .on = replies.hosts(change.hosts), .said = replies.said(change.said, written->asked)});
        }
        for (const Host* host : reply.hosts) {
            const auto [known, is_new] = first.try_emplace({reply.asked, host}, span);
            if (is_new) continue;
            environment.report.error("E0203", span, fmt::format("{} has two replies to \"{}\"", host->name, reply.asked))
                .label("a second one")
                .see(known->second, "the first one");
        }
        const Source& source = environment.sources[span.file];
        reply.place = fmt::format("{}:{}", source.path, source.position(span.begin).line);
        environment.site->replies.push_back(std::move(reply));
    }
}

}  // namespace lang::checker
