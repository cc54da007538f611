#include "lang/model/site.hpp"

#include <doctest/doctest.h>

using namespace lang;

namespace {

Cluster cluster(std::string name, std::string kind, std::vector<const Host*> nodes, std::vector<const Host*> more,
                std::map<std::string, Value> settings = {}) {
    return {.name = std::move(name),
            .kind = std::move(kind),
            .nodes = std::move(nodes),
            .more_machines = std::move(more),
            .settings = std::move(settings),
            .span = {}};
}

}  // namespace

TEST_CASE("the machines of a cluster are its nodes and replicas, and not the servers behind a load balancer") {
    const Host one{.name = "one"}, two{.name = "two"}, three{.name = "three"}, web{.name = "web"};
    Site site;
    site.clusters.push_back(cluster("db", "mysql", {&one}, {&two}));
    site.clusters.push_back(cluster("old", "mysql", {&two}, {&three}, {{"user", Value("procrun")}}));
    site.clusters.push_back(cluster("front", "haproxy", {&one}, {}, {{"servers", Value::list({Value(&web)})}}));
    CHECK(machines_of(site.clusters[0]) == std::vector<const Host*>{&one, &two});
    CHECK(machines_of(site.clusters[1]) == std::vector<const Host*>{&two, &three});
    CHECK(machines_of(site.clusters[2]) == std::vector<const Host*>{&one});
    for (const Host* database : {&one, &two, &three}) CHECK(is_of_cluster(site, *database, "mysql"));
    CHECK_FALSE(is_of_cluster(site, web, "mysql"));
    CHECK(is_of_cluster(site, one, "haproxy"));
    CHECK_FALSE(is_of_cluster(site, web, "haproxy"));
    CHECK_FALSE(is_of_cluster(site, one, "pacemaker"));
}
