#include <fmt/format.h>

#include "lang/syntax/convert/converter.hpp"
#include "lang/text/elsewhere.hpp"

namespace lang::parsing {

ast::Stmt Converter::statement(const Node& node) { return {statement_node(node), span(node)}; }

ast::Block Converter::block(const Node& node) {
    ast::Block block;
    for (const Node& child : children(node)) {
        if (child.kind != Kind::Misplaced) {
            block.push_back(statement(child));
            continue;
        }
        const std::string_view word = text(child).substr(0, word_length(text(child)));
        Diagnostic& diagnostic = wrong(child, "E0121", fmt::format("`{}` stands at the top of a file, not in a block", word));
        diagnostic.span.end = child.begin + static_cast<std::uint32_t>(word.size());
        diagnostic.help = "move it out of the block; or is the `}` of the block before it missing?";
    }
    return block;
}

ast::Stmt::Node Converter::statement_node(const Node& node) {
    switch (node.kind) {
        case Kind::Step:
            return step(node);
        case Kind::OnBlock:
            return on_block(node);
        case Kind::Parallel:
            return ast::Parallel{block(only_child(node))};
        case Kind::For: {
            Walk walk = children(node).begin();
            ast::For loop;
            loop.variable = name(*walk);
            loop.list = pointer(*++walk);
            loop.body = block(*++walk);
            return loop;
        }
        case Kind::If:
            return if_statement(node);
        case Kind::Require: {
            Walk walk = children(node).begin();
            ast::Require require{expression(*walk), nullptr};
            if (++walk != children(node).end()) require.message = pointer(only_child(*walk));
            return require;
        }
        case Kind::Wait:
            return wait(node);
        case Kind::Let:
        case Kind::Keep:
            return let(node);
        case Kind::Confirm: {
            Walk walk = children(node).begin();
            ast::Confirm confirm{expression(*walk), nullptr};
            if (++walk != children(node).end()) confirm.within = pointer(only_child(*walk));
            return confirm;
        }
        case Kind::Note:
            return ast::Note{expression(only_child(node))};
        case Kind::Mark:
            return ast::Mark{expression(only_child(node))};
        case Kind::Fail:
            return ast::Fail{expression(only_child(node))};
        case Kind::GoOn:
            return ast::GoOn{expression(only_child(node))};
        case Kind::Commit:
            return ast::Commit{expression(only_child(node))};
        case Kind::OnFailure:
            return ast::OnFailure{block(only_child(node))};
        case Kind::Action:
            return action(node);
        default:
            assert(false && "the grammar has no other statements");
            return ast::Parallel{};
    }
}

void Converter::set_clause(ast::ExprPtr& place, const Node& clause) {
    if (place) {
        const std::string_view word = text(clause).substr(0, word_length(text(clause)));
        wrong(clause, "E0118", fmt::format("`{}` stands here twice", word)).related.push_back({place->span, "the first one"});
        return;
    }
    place = pointer(only_child(clause));
}

ast::Retry Converter::retry(const Node& node) {
    Walk walk = children(node).begin();
    ast::Retry retry;
    retry.times = integer(*walk);
    retry.every = pointer(only_child(*++walk));
    return retry;
}

ast::Step Converter::step(const Node& node) {
    Walk walk = children(node).begin();
    ast::Step step;
    step.title = expression(*walk);
    for (++walk; walk->kind != Kind::Block; ++walk) {
        if (walk->kind == Kind::Within) {
            set_clause(step.within, *walk);
        } else if (step.retry) {
            wrong(*walk, "E0118", "`retry` stands here twice");
        } else {
            step.retry = retry(*walk);
        }
    }
    step.body = block(*walk);
    return step;
}

ast::OnBlock Converter::on_block(const Node& node) {
    ast::OnBlock on;
    for (const Node& child : children(node)) {
        if (child.kind == Kind::InParallel) {
            on.parallel = true;
            for (const Node& max : children(child)) on.max = pointer(only_child(max));
        } else if (child.kind == Kind::Block) {
            on.body = block(child);
        } else {
            on.hosts = pointer(child);
        }
    }
    return on;
}

ast::If Converter::if_statement(const Node& node) {
    Walk walk = children(node).begin();
    ast::If result;
    result.condition = expression(*walk);
    result.yes = block(*++walk);
    if (++walk == children(node).end()) return result;
    if (walk->kind == Kind::Block) {
        result.no = block(*walk);
    } else {
        result.no.push_back(statement(*walk));
    }
    return result;
}

ast::Otherwise Converter::otherwise(const Node& node) {
    const Node& child = only_child(node);
    if (child.kind == Kind::Block) return block(child);
    return expression(child);
}

ast::Wait Converter::wait(const Node& node) {
    Walk walk = children(node).begin();
    ast::Wait wait;
    wait.condition = expression(*walk);
    while (++walk != children(node).end()) {
        switch (walk->kind) {
            case Kind::Within:
                set_clause(wait.within, *walk);
                break;
            case Kind::Every:
                set_clause(wait.every, *walk);
                break;
            case Kind::Each:
                set_clause(wait.each, *walk);
                break;
            case Kind::Holding:
                set_clause(wait.holding, *walk);
                break;
            case Kind::Showing:
                set_clause(wait.showing, *walk);
                break;
            default:
                if (!std::holds_alternative<std::monostate>(wait.otherwise)) wrong(*walk, "E0118", "`else` stands here twice");
                wait.otherwise = otherwise(*walk);
        }
    }
    return wait;
}

ast::Let Converter::let(const Node& node) {
    Walk walk = children(node).begin();
    ast::Let let;
    let.keep = node.kind == Kind::Keep;
    let.name = name(*walk);
    const Node& value = *++walk;
    if (value.kind == Kind::Find) {
        Walk part = children(value).begin();
        ast::Find find;
        find.variable = name(*part);
        find.list = expression(*++part);
        find.condition = expression(*++part);
        let.value = std::move(find);
    } else if (value.kind == Kind::Ask) {
        Walk part = children(value).begin();
        ast::Ask ask;
        ask.type = type_name(*part);
        ask.question = expression(*++part);
        let.value = std::move(ask);
    } else {
        let.value = expression(value);
    }
    return let;
}

/// What undoes an action: statements, or one call.
ast::Block Converter::undo(const Node& node) {
    const Node& child = only_child(node);
    if (child.kind == Kind::Block) return block(child);
    ast::Block block;
    block.push_back({ast::Action{expression(child), nullptr, {}, std::nullopt, nullptr, nullptr}, span(child)});
    return block;
}

ast::Action Converter::action(const Node& node) {
    Walk walk = children(node).begin();
    ast::Action action;
    action.call = expression(*walk);
    if (!std::holds_alternative<ast::Call>(action.call.node)) {
        Diagnostic& diagnostic = wrong(*walk, "E0108", fmt::format("`{}` is no statement", text(*walk)));
        const std::string_view meant = other_statement(text(*walk));
        diagnostic.help = !meant.empty() ? std::string(meant)
                                         : "a statement calls something, `systemd.stop(\"nginx\")`, or begins with a word such as "
                                           "`require`, `let` or `note`";
    }
    while (++walk != children(node).end()) {
        switch (walk->kind) {
            case Kind::Within:
                set_clause(action.within, *walk);
                break;
            case Kind::DoneWhen:
                set_clause(action.done_when, *walk);
                break;
            case Kind::Leave:
                set_clause(action.leave, *walk);
                break;
            case Kind::Undo:
                if (action.undo) wrong(*walk, "E0118", "`undo` stands here twice").help = "put both into one block: `undo { … }`";
                action.undo = undo(*walk);
                break;
            default:
                if (!std::holds_alternative<std::monostate>(action.otherwise)) wrong(*walk, "E0118", "`else` stands here twice");
                action.otherwise = otherwise(*walk);
        }
    }
    return action;
}

}  // namespace lang::parsing
