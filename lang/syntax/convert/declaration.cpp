#include "lang/syntax/convert/converter.hpp"

namespace lang::parsing {

ast::Item Converter::item(const Node& node) { return {item_node(node), span(node)}; }

ast::Item::Node Converter::item_node(const Node& node) {
    using Record = ast::RecordDecl::Kind;
    const Cursor first = children(node).begin();
    switch (node.kind) {
        case Kind::Import:
            return ast::Import{plain_text(*first), span(*first)};
        case Kind::Site:
            return ast::SiteName{plain_text(*first)};
        case Kind::Fact: {
            Cursor cursor = first;
            ast::Fact fact;
            fact.name = name(*cursor);
            fact.type = type_name(*++cursor);
            if (++cursor != children(node).end()) fact.default_value = pointer(only_child(*cursor));
            return fact;
        }
        case Kind::Secret:
            return secret(node);
        case Kind::Connect:
            return record(node, Record::Connect);
        case Kind::HostEntry:
            return record(node, Record::Host);
        case Kind::Cluster:
            return record(node, Record::Cluster);
        case Kind::Notify:
            return record(node, Record::Notify);
        case Kind::Group:
            return group(node);
        case Kind::Lock: {
            Cursor cursor = first;
            ast::LockDecl lock{.hosts = pointer(*cursor), .id = {}};
            if (++cursor != children(node).end()) lock.id = plain_text(*cursor);
            return lock;
        }
        case Kind::Scene:
            return scene(node);
        case Kind::Reply:
            return reply(node);
        case Kind::Invariant: {
            Cursor cursor = first;
            ast::Invariant invariant;
            invariant.text = plain_text(*cursor);
            invariant.condition = expression(*++cursor);
            return invariant;
        }
        case Kind::NeedsFact: {
            Cursor cursor = first;
            ast::NeedsFact fact;
            fact.name = name(*cursor);
            fact.type = type_name(*++cursor);
            return fact;
        }
        case Kind::NeedsGroup: {
            ast::NeedsGroup groups;
            for (const Node& child : children(node)) groups.names.push_back(name(child));
            return groups;
        }
        case Kind::NeedsAction:
            return needs_verb(node, true);
        case Kind::NeedsQuery:
            return needs_verb(node, false);
        case Kind::NeedsScene:
            return ast::NeedsScene{plain_text(*first)};
        case Kind::Param:
            return param(node);
        case Kind::DefineAction:
            return define(node, true);
        case Kind::DefineQuery:
            return define(node, false);
        case Kind::Watch:
            return watch(node);
        default:
            return statement(node);
    }
}

bool Converter::is_too_high() {
    const Node* node = find_too_high(state_.tree);
    if (node == nullptr) return false;
    Diagnostic& diagnostic = wrong(*node, "E0114", "this is nested too deep, or too many operators stand in a row");
    diagnostic.help = "give parts of it a name with `let`";
    return true;
}

ast::TypeName Converter::type_name(const Node& node) {
    ast::TypeName type{{}, 0, span(node)};
    for (const Node& child : children(node)) {
        if (child.kind == Kind::ListOf) {
            ++type.lists;
        } else {
            type.text = text(child);
        }
    }
    constexpr int most_lists = 10;
    if (type.lists > most_lists) {
        wrong(node, "E0114", "this is a list of lists more than 10 levels deep");
        type.lists = most_lists;
    }
    return type;
}

ast::SecretDecl Converter::secret(const Node& node) {
    Cursor cursor = children(node).begin();
    ast::SecretDecl secret;
    secret.name = name(*cursor);
    secret.from = name(*++cursor);
    secret.argument = plain_text(*++cursor);
    return secret;
}

ast::RecordDecl Converter::record(const Node& node, ast::RecordDecl::Kind kind) {
    ast::RecordDecl record{kind, {}, {}};
    for (const Node& child : children(node)) {
        if (child.kind == Kind::Name) {
            record.name = name(child);
        } else {
            Cursor cursor = children(child).begin();
            ast::Name key = name(*cursor);
            record.entries.push_back({std::move(key), expression(*++cursor)});
        }
    }
    return record;
}

ast::GroupDecl Converter::group(const Node& node) {
    Cursor cursor = children(node).begin();
    ast::GroupDecl group;
    group.name = name(*cursor);
    group.nobody = (++cursor)->kind == Kind::Nobody;
    if (!group.nobody) group.hosts = pointer(*cursor);
    return group;
}

ast::SceneDecl Converter::scene(const Node& node) {
    Cursor cursor = children(node).begin();
    ast::SceneDecl scene;
    scene.name = plain_text(*cursor);
    while (++cursor != children(node).end()) {
        if (cursor->kind != Kind::After) {
            scene.troubles.push_back(plain_text(*cursor));
        } else if (scene.after || !scene.troubles.empty()) {
            wrong(*cursor, "E0118", "`after` stands once, and first").help = "a scene begins after one procedure; the troubles follow";
        } else {
            scene.after = plain_text(only_child(*cursor));
        }
    }
    return scene;
}

ast::ReplyDecl Converter::reply(const Node& node) {
    Cursor cursor = children(node).begin();
    ast::ReplyDecl reply;
    reply.asked = plain_text(*cursor);
    reply.asked_span = span(*cursor);
    reply.hosts = pointer(*++cursor);
    reply.said = said(*++cursor);
    while (++cursor != children(node).end()) {
        Cursor part = children(*cursor).begin();
        ast::ReplyDecl::Change change;
        change.after = plain_text(*part);
        change.after_span = span(*part);
        ++part;
        if (part->kind != Kind::Said) {
            change.hosts = pointer(*part);
            ++part;
        }
        change.said = said(*part);
        reply.changes.push_back(std::move(change));
    }
    return reply;
}

ast::ReplyDecl::Said Converter::said(const Node& node) {
    ast::ReplyDecl::Said said{.refused = false, .status = {}, .text = {}, .span = span(node)};
    for (const Node& child : children(node)) {
        if (child.kind == Kind::Refused) {
            said.refused = true;
        } else if (child.kind == Kind::Number) {
            said.status = integer(child);
        } else {
            said.text = plain_text(child);
        }
    }
    return said;
}

std::vector<ast::Parameter> Converter::parameters(const Node& node) {
    std::vector<ast::Parameter> parameters;
    for (const Node& child : children(node)) {
        Cursor cursor = children(child).begin();
        ast::Name parameter = name(*cursor);
        parameters.push_back({std::move(parameter), type_name(*++cursor)});
    }
    return parameters;
}

ast::NeedsVerb Converter::needs_verb(const Node& node, bool action) {
    ast::NeedsVerb verb;
    verb.action = action;
    for (const Node& child : children(node)) {
        switch (child.kind) {
            case Kind::Name:
                verb.name = name(child);
                break;
            case Kind::Parameters:
                verb.parameters = parameters(child);
                break;
            case Kind::Type:
                verb.result = type_name(child);
                break;
            default:
                verb.text = expression(child);
        }
    }
    return verb;
}

ast::Param Converter::param(const Node& node) {
    ast::Param param;
    for (const Node& child : children(node)) {
        switch (child.kind) {
            case Kind::Name:
                param.name = name(child);
                break;
            case Kind::Type:
                param.type = type_name(child);
                break;
            case Kind::Standard:
                param.default_value = pointer(only_child(child));
                break;
            default:
                param.doc = plain_text(child);
        }
    }
    return param;
}

ast::Define Converter::define(const Node& node, bool action) {
    ast::Define define;
    define.action = action;
    for (const Node& child : children(node)) {
        switch (child.kind) {
            case Kind::Name:
                define.name = name(child);
                break;
            case Kind::Parameters:
                define.parameters = parameters(child);
                break;
            case Kind::Type:
                define.result = type_name(child);
                break;
            case Kind::Block:
                define.body = block(child);
                break;
            default:
                define.body = expression(child);
        }
    }
    return define;
}

ast::Watch Converter::watch(const Node& node) {
    Cursor cursor = children(node).begin();
    ast::Watch watch;
    watch.text = plain_text(*cursor);
    watch.every = expression(only_child(*++cursor));
    watch.condition = expression(*++cursor);
    if ((++cursor)->kind == Kind::Failures) {
        watch.failures = integer(only_child(*cursor));
        ++cursor;
    }
    watch.run = plain_text(only_child(*cursor));
    return watch;
}

std::vector<ast::Item> convert_items(const State& state, Diagnostics& diagnostics) {
    std::vector<ast::Item> items;
    Converter converter(state, diagnostics);
    if (converter.is_too_high()) return items;
    for (const Node& root : state.tree.roots()) {
        const std::size_t before = diagnostics.size();
        ast::Item item = converter.item(root);
        if (diagnostics.size() == before) items.push_back(std::move(item));
    }
    return items;
}

ast::ExprPtr convert_expression(const State& state, Diagnostics& diagnostics) {
    Converter converter(state, diagnostics);
    if (converter.is_too_high()) return nullptr;
    return std::make_unique<ast::Expr>(converter.expression(*state.tree.roots().begin()));
}

}  // namespace lang::parsing
