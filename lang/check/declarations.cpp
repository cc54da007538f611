// Sorting what the files declare.
#include <fmt/format.h>

#include "lang/check/declarations/sites.hpp"

namespace lang::checker {

namespace {

class Sorter {
  public:
    Sorter(Declarations& all, Report& report) : all_(all), report_(report) {}

    void file(const LoadedFile& file) {
        for (const ast::Item& item : file.tree.items) {
            may_have_statements_ = file.may_have_statements();
            span_ = item.span;
            std::visit(*this, item.node);
        }
    }

    void operator()(const ast::Import&) {}
    void operator()(const ast::SiteName& site) { all_.site_names.push_back({&site, span_}); }
    void operator()(const ast::Fact& fact) { all_.facts.push_back({&fact, span_}); }
    void operator()(const ast::SecretDecl& secret) { all_.secrets.push_back({&secret, span_}); }
    void operator()(const ast::RecordDecl& record) {
        switch (record.kind) {
            case ast::RecordDecl::Kind::Connect:
                return all_.connects.push_back({&record, span_});
            case ast::RecordDecl::Kind::Host:
                return all_.hosts.push_back({&record, span_});
            case ast::RecordDecl::Kind::Cluster:
                return all_.clusters.push_back({&record, span_});
            case ast::RecordDecl::Kind::Notify:
                return all_.notified.push_back({&record, span_});
        }
    }
    void operator()(const ast::GroupDecl& group) { all_.groups.push_back({&group, span_}); }
    void operator()(const ast::LockDecl& lock) { all_.locks.push_back({&lock, span_}); }
    void operator()(const ast::SceneDecl& scene) { all_.scenes.push_back({&scene, span_}); }
    void operator()(const ast::ReplyDecl& reply) { all_.replies.push_back({&reply, span_}); }
    void operator()(const ast::Invariant& invariant) { all_.invariants.push_back({&invariant, span_}); }
    void operator()(const ast::NeedsFact& need) { all_.needed_facts.push_back({&need, span_}); }
    void operator()(const ast::NeedsGroup& need) { all_.needed_groups.push_back({&need, span_}); }
    void operator()(const ast::NeedsVerb& need) { all_.needed_verbs.push_back({&need, span_}); }
    void operator()(const ast::NeedsScene& need) { all_.needed_scenes.push_back({&need, span_}); }
    void operator()(const ast::Param& param) { all_.parameters.push_back({&param, span_}); }
    void operator()(const ast::Define& define) { all_.defines.push_back({&define, span_}); }
    void operator()(const ast::Watch& watch) { all_.watches.push_back({&watch, span_}); }
    void operator()(const ast::Stmt& statement) {
        if (may_have_statements_) return all_.statements.push_back(&statement);
        report_.error("E0403", span_, "a site or an imported file holds declarations only")
            .label("would never run")
            .help("a `define action` is what other files can call");
    }

  private:
    Declarations& all_;
    Report& report_;
    bool may_have_statements_ = false;
    Span span_;
};

}  // namespace

Declarations sorted(const Files& files, Report& report) {
    Declarations all;
    Sorter sorter(all, report);
    for (const LoadedFile& file : files.files) sorter.file(file);
    return all;
}

}  // namespace lang::checker
