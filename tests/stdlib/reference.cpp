#include "stdlib/support/reference/modules.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "stdlib/all.hpp"

TEST_CASE("docs/stdlib.md is what the program prints") {
    const runtime::Registry registry(stdlib::all());
    const std::string printed = stdlib::reference(registry, stdlib::Markup::Markdown);
    const auto path = std::filesystem::path(PROCRUN_SOURCE_DIR) / "docs" / "stdlib.md";
    if (std::getenv("ACCEPT") != nullptr) {
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << printed;
    }
    std::ifstream in(path, std::ios::binary);
    const std::string kept{std::istreambuf_iterator<char>(in), {}};
    CHECK_MESSAGE(kept == printed, "docs/stdlib.md is out of date: run ./dev accept and look at the difference");
}

TEST_CASE("a module, a builtin and a type can be asked for by name") {
    const runtime::Registry registry(stdlib::all());
    const auto ask = [&](std::string_view subject) { return stdlib::reference(registry, subject, stdlib::Markup::Plain); };
    REQUIRE(ask("drbd"));
    CHECK(ask("drbd")->starts_with("drbd\n====\n"));
    REQUIRE(ask("drbd.primary"));
    CHECK(ask("drbd.primary")->find("drbd.primary(resource: text, dual: bool = false, alone: bool = false)\n") != std::string::npos);
    REQUIRE(ask("drbd.Role"));
    CHECK(ask("drbd.Role")->find("One of Down, Primary, Secondary.\n") != std::string::npos);
    CHECK_FALSE(ask("drbd.nosuch"));
    CHECK_FALSE(ask("nosuch"));
    CHECK_FALSE(ask(""));
}
