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
            Cursor cursor = children(node).begin();
            ast::For loop;
            loop.variable = name(*cursor);
            loop.list = pointer(*++cursor);
            loop.body = block(*++cursor);
            return loop;
        }
        case Kind::If:
            return if_statement(node);
        case Kind::Require: {
            Cursor cursor = children(node).begin();
            ast::Require require{expression(*cursor), nullptr};
            if (++cursor != children(node).end()) require.message = pointer(only_child(*cursor));
            return require;
        }
        case Kind::Wait:
            return wait(node);
        case Kind::Let:
        case Kind::Keep:
            return let(node);
        case Kind::Confirm: {
            Cursor cursor = children(node).begin();
            ast::Confirm confirm{expression(*cursor), nullptr};
            if (++cursor != children(node).end()) confirm.within = pointer(only_child(*cursor));
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
    Cursor cursor = children(node).begin();
    ast::Retry retry;
    retry.times = integer(*cursor);
    retry.every = pointer(only_child(*++cursor));
    return retry;
}

ast::Step Converter::step(const Node& node) {
    Cursor cursor = children(node).begin();
    ast::Step step;
    step.title = expression(*cursor);
    for (++cursor; cursor->kind != Kind::Block; ++cursor) {
        if (cursor->kind == Kind::Within) {
            set_clause(step.within, *cursor);
        } else if (step.retry) {
            wrong(*cursor, "E0118", "`retry` stands here twice");
        } else {
            step.retry = retry(*cursor);
        }
    }
    step.body = block(*cursor);
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
    Cursor cursor = children(node).begin();
    ast::If result;
    result.condition = expression(*cursor);
    result.yes = block(*++cursor);
    if (++cursor == children(node).end()) return result;
    if (cursor->kind == Kind::Block) {
        result.no = block(*cursor);
    } else {
        result.no.push_back(statement(*cursor));
    }
    return result;
}

ast::Otherwise Converter::otherwise(const Node& node) {
    const Node& child = only_child(node);
    if (child.kind == Kind::Block) return block(child);
    return expression(child);
}

ast::Wait Converter::wait(const Node& node) {
    Cursor cursor = children(node).begin();
    ast::Wait wait;
    wait.condition = expression(*cursor);
    while (++cursor != children(node).end()) {
        switch (cursor->kind) {
            case Kind::Within:
                set_clause(wait.within, *cursor);
                break;
            case Kind::Every:
                set_clause(wait.every, *cursor);
                break;
            case Kind::Each:
                set_clause(wait.each, *cursor);
                break;
            case Kind::Holding:
                set_clause(wait.holding, *cursor);
                break;
            case Kind::Showing:
                set_clause(wait.showing, *cursor);
                break;
            default:
                if (!std::holds_alternative<std::monostate>(wait.otherwise)) wrong(*cursor, "E0118", "`else` stands here twice");
                wait.otherwise = otherwise(*cursor);
        }
    }
    return wait;
}

ast::Let Converter::let(const Node& node) {
    Cursor cursor = children(node).begin();
    ast::Let let;
    let.keep = node.kind == Kind::Keep;
    let.name = name(*cursor);
    const Node& value = *++cursor;
    if (value.kind == Kind::Find) {
        Cursor part = children(value).begin();
        ast::Find find;
        find.variable = name(*part);
        find.list = expression(*++part);
        find.condition = expression(*++part);
        let.value = std::move(find);
    } else if (value.kind == Kind::Ask) {
        Cursor part = children(value).begin();
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
    Cursor cursor = children(node).begin();
    ast::Action action;
    action.call = expression(*cursor);
    if (!std::holds_alternative<ast::Call>(action.call.node)) {
        Diagnostic& diagnostic = wrong(*cursor, "E0108", fmt::format("`{}` is not a statement", text(*cursor)));
        const std::string_view meant = other_statement(text(*cursor));
        diagnostic.help = !meant.empty() ? std::string(meant)
                                         : "a statement calls something, `systemd.stop(\"nginx\")`, or begins with a word such as "
                                           "`require`, `let` or `note`";
    }
    while (++cursor != children(node).end()) {
        switch (cursor->kind) {
            case Kind::Within:
                set_clause(action.within, *cursor);
                break;
            case Kind::DoneWhen:
                set_clause(action.done_when, *cursor);
                break;
            case Kind::Leave:
                set_clause(action.leave, *cursor);
                break;
            case Kind::Undo:
                if (action.undo) wrong(*cursor, "E0118", "`undo` stands here twice").help = "put both into one block: `undo { … }`";
                action.undo = undo(*cursor);
                break;
            default:
                if (!std::holds_alternative<std::monostate>(action.otherwise)) wrong(*cursor, "E0118", "`else` stands here twice");
                action.otherwise = otherwise(*cursor);
        }
    }
    return action;
}

}  // namespace lang::parsing
