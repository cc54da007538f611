#include "runtime/secrets.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

using namespace runtime;
using From = lang::SecretSource::From;

namespace {

struct File {
    std::string path = "/tmp/procrun-secret-XXXXXX";
    explicit File(const std::string& text, mode_t mode) {
        close(mkstemp(path.data()));
        std::ofstream(path) << text;
        chmod(path.c_str(), mode);
    }
    ~File() { unlink(path.c_str()); }
};

lang::SecretSource source(From from, std::string argument) {
    return {.name = "password", .from = from, .argument = std::move(argument), .span = {}};
}

struct Fixture {
    std::vector<lang::SecretSource> sources;
    int asked = 0;
    Secrets secrets;
    explicit Fixture(lang::SecretSource one)
        : sources{std::move(one)},
          secrets(
              sources,
              [this](const std::string&) {
                  ++asked;
                  return std::optional<std::string>("typed-in");
              },
              [](const std::string& line) {
                  return Reply{.ending = Ending::Exited, .code = line == "works" ? 0 : 1, .out = "printed\n"};
              }) {}
};

}  // namespace

TEST_CASE("a secret's file must be its owner's alone, and the message says how to mend it") {
    const File open_file("hunter22\n", 0644);
    Fixture refused(source(From::File, open_file.path));
    REQUIRE(refused.secrets.fetch("password").is_unknown());
    CHECK(refused.secrets.fetch("password").why_unknown().why.find("chmod 600 " + open_file.path) != std::string::npos);

    const File closed_file("hunter22\n", 0600);
    Fixture taken(source(From::File, closed_file.path));
    CHECK(taken.secrets.fetch("password").secret_bytes() == "hunter22");
}

TEST_CASE("a person is asked once for a secret") {
    Fixture fixture(source(From::Prompt, "Password"));
    fixture.secrets.fetch("password");
    CHECK(fixture.secrets.fetch("password").secret_bytes() == "typed-in");
    CHECK(fixture.asked == 1);
}

TEST_CASE("a secret from a command is its output; a command that failed gives none") {
    Fixture works(source(From::Command, "works"));
    CHECK(works.secrets.fetch("password").secret_bytes() == "printed");
    Fixture fails(source(From::Command, "fails"));
    CHECK(fails.secrets.fetch("password").is_unknown());
}

TEST_CASE("what was fetched is masked wherever it stands; what is too short to be masked is refused") {
    Fixture fixture(source(From::Prompt, ""));
    CHECK(fixture.secrets.mask("typed-in") == "typed-in");
    fixture.secrets.fetch("password");
    CHECK(fixture.secrets.mask("-ptyped-in typed-in") == "-p*** ***");

    const File tiny("abc", 0600);
    Fixture refused(source(From::File, tiny.path));
    CHECK(refused.secrets.fetch("password").is_unknown());
}
