#include "lang/check/declarations/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "lang/syntax/read_value.hpp"
#include "lang/text/spell.hpp"

namespace lang::checker {

namespace {

/// Types whose values can be written on a command line.
bool can_be_given(const Type& type) {
    switch (type.kind()) {
        case Kind::Secret:
        case Kind::Record:
        case Kind::Time:
            return false;
        case Kind::List:
            return can_be_given(type.element());
        default:
            return true;
    }
}

class Reader {
  public:
    Reader(const std::map<std::string, std::string>& given, Environment& environment)
        : given_(given),
          environment_(environment),
          expressions_(environment, environment.program, nullptr,
                       {.host = ExprContext::Host::None, .no_queries = "the value of a parameter is known before anything runs"}) {}

    void read(const ast::Param& written) {
        const std::string& name = written.name.text;
        Type type = written_type(written.type, environment_.index, environment_.report);
        if (!can_be_given(type)) {
            auto finding =
                environment_.report.error("E0511", written.type.span, fmt::format("a parameter cannot be {}", with_article(type)));
            finding.label("cannot be given as text");
            if (holds_secret(type))
                finding.help("others could see it on the command line: `secret NAME from prompt \"…\"` declares a secret");
            type = Type();
        }
        if (const Meaning* taken = environment_.names.find(name)) {
            environment_.report.error("E0203", written.name.span, fmt::format("the name `{}` is taken", name))
                .label("a parameter")
                .see(taken->span, fmt::format("the {} `{}` is defined here", taken->kind(), name));
        } else if (const Binding* first = environment_.program.find(name)) {
            environment_.report.error("E0203", written.name.span, fmt::format("the parameter `{}` is declared twice", name))
                .label("a second time")
                .see(first->span, "first declared here");
        }
        may_be_declared(name, written.name.span, environment_.report);

        program::Parameter parameter;
        parameter.name = name;
        parameter.type = type;
        parameter.doc = written.doc;
        std::optional<Value> default_value;
        if (written.default_value) default_value = value_of(*written.default_value, type, fmt::format("the default of `{}`", name));
        const auto text = given_.find(name);
        parameter.given = text != given_.end();
        parameter.slot = environment_.program.declare(name, type, written.name.span, Binding::Kind::Parameter).slot;
        std::optional<Value> value = parameter.given ? from_text(name, text->second, type) : default_value;
        if (!parameter.given && !written.default_value && !is_wrong(type)) missing_.push_back(&written);
        values_.push_back(value);
        if (value) parameter.value = std::move(*value);
        parameters_.push_back(std::move(parameter));
    }

    std::vector<program::Parameter> finish() {
        report_missing();
        report_unknown();
        return std::move(parameters_);
    }

  private:
    std::optional<Value> value_of(const ast::Expr& written, const Type& type, const std::string& what) {
        return folded(expressions_.of_type(written, type, what), values_, what, environment_);
    }

    std::optional<Value> from_text(const std::string& name, const std::string& text, const Type& type) {
        if (is_wrong(type)) return std::nullopt;
        if (type.kind() == Kind::List) return list_from_text(name, text, type);
        if (auto value = read_value(text, type, environment_.site.get())) return value;
        // What was typed is a source of its own, so that the finding can show it.
        const std::uint32_t file = environment_.sources.add("command line", fmt::format("{}={}", name, text));
        const auto begin = static_cast<std::uint32_t>(name.size() + 1);
        environment_.report
            .error("E0511", {begin, begin + static_cast<std::uint32_t>(text.size()), file},
                   fmt::format("`{}` must be {}", name, with_article(type)))
            .label(fmt::format("not {}", with_article(type)))
            .see(environment_.program.find(name)->span, "declared here")
            .help(advice(text, type));
        return std::nullopt;
    }

    std::optional<Value> list_from_text(const std::string& name, const std::string& text, const Type& type) {
        std::vector<Value> items;
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = std::min(text.find(',', begin), text.size());
            const auto item = from_text(name, text.substr(begin, end - begin), type.element());
            if (!item) return std::nullopt;
            items.push_back(*item);
            begin = end + 1;
        }
        return Value::list(std::move(items));
    }

    std::string advice(const std::string& text, const Type& type) const {
        switch (type.kind()) {
            case Kind::Duration:
                return "a duration has a unit: 500ms, 30s, 5m, 1h30m";
            case Kind::Address:
                return "an address is an IPv4 or IPv6 address or a host name";
            case Kind::Enum:
                return suggestion(text, type.members().members, fmt::format("one of {}", listing(type.members().members)));
            case Kind::Host:
                return suggestion(text, environment_.names.of<HostName>(), "the name of a host of the site");
            case Kind::Bool:
                return "yes or no";
            default:
                return {};
        }
    }

    void report_missing() {
        if (missing_.empty()) return;
        std::vector<std::string> names;
        std::string usage = "give them on the command line:";
        for (const ast::Param* parameter : missing_) {
            names.push_back(parameter->name.text);
            std::string kind = parameter->type.text;
            std::transform(kind.begin(), kind.end(), kind.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
            usage += fmt::format("\n    {}={}", parameter->name.text, kind);
            if (!parameter->doc.empty()) usage += "   " + parameter->doc;
        }
        const bool is_one = missing_.size() == 1;
        auto finding = environment_.report.error("E0510", missing_.front()->name.span,
                                                 is_one ? fmt::format("the parameter `{}` has no value", names.front())
                                                        : fmt::format("{} parameters have no value: {}", missing_.size(), listing(names)));
        finding.label("no default, and not given").help(usage);
        for (std::size_t i = 1; i < missing_.size(); ++i) finding.see(missing_[i]->name.span, "nor has this one");
    }

    void report_unknown() {
        if (environment_.lacks_imports) return;
        std::vector<std::string> known;
        for (const program::Parameter& parameter : parameters_) known.push_back(parameter.name);
        for (const auto& [name, text] : given_) {
            if (std::find(known.begin(), known.end(), name) != known.end()) continue;
            const std::uint32_t file = environment_.sources.add("command line", fmt::format("{}={}", name, text));
            const std::string otherwise = known.empty() ? "this procedure has no parameters" : fmt::format("it has {}", listing(known));
            environment_.report
                .error("E0214", {0, static_cast<std::uint32_t>(name.size()), file},
                       fmt::format("the procedure has no parameter `{}`", name))
                .label("not known")
                .help(suggestion(name, known, otherwise));
        }
    }

    const std::map<std::string, std::string>& given_;
    Environment& environment_;
    Expressions expressions_;
    std::vector<program::Parameter> parameters_;
    std::vector<std::optional<Value>> values_;  ///< by slot, for defaults that name earlier parameters
    std::vector<const ast::Param*> missing_;
};

}  // namespace

std::vector<program::Parameter> read_parameters(const Declarations& all, const std::map<std::string, std::string>& given,
                                                Environment& environment) {
    Reader reader(given, environment);
    for (const auto& [parameter, span] : all.parameters) reader.read(*parameter);
    return reader.finish();
}

}  // namespace lang::checker
