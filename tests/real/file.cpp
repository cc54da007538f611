// Env files that are really changed: by the real shell, awk and coreutils, over SSH, on a real file system.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <set>
#include <thread>

#include "tests/real/fleet.hpp"
#include "tests/real/here.hpp"

namespace {

namespace fs = std::filesystem;
using lang::Value;
using real::Done;
using State = runtime::Verdict::State;
using support::read_file;
using support::write_file;

/// Beside the four variables: bytes that are no UTF-8, what awk and sed have meanings for, a line end of Windows.
const std::string before =
    "# Edge of the example\n"
    "PASSWORD=a&b\\1\\\\$(touch pwned)`id`\n"
    "XIVO_HOST=10.2.9.1\n"
    "XIVOCC_HOST=\"10.2.9.21\"\r\n"
    "NAME=caf\xe9\n"
    "\n"
    "export TURN_ALLOWED_PEERS=10.2.9.1,10.2.9.11,110.2.9.1\n"
    "XIVO_HOST_OLD=10.2.9.1\n"
    "XIVO_MDS_HOST_DEFAULT=10.2.9.1:5060\n";
const std::string after =
    "# Edge of the example\n"
    "PASSWORD=a&b\\1\\\\$(touch pwned)`id`\n"
    "XIVO_HOST=10.2.9.2\n"
    "XIVOCC_HOST=\"10.2.9.22\"\r\n"
    "NAME=caf\xe9\n"
    "\n"
    "export TURN_ALLOWED_PEERS=10.2.9.2,10.2.9.11,110.2.9.1\n"
    "XIVO_HOST_OLD=10.2.9.1\n"
    "XIVO_MDS_HOST_DEFAULT=10.2.9.2:5060\n";

Value texts(std::initializer_list<const char*> all) { return Value::list(std::vector<Value>(all.begin(), all.end())); }

/// A host with an env file, in a folder whose name a shell could stumble over.
struct Edge {
    explicit Edge(const std::string& text = before) {
        fs::create_directory(folder / "edge");
        fs::create_directory(folder / directory);
        write_file(path, text);
        fs::permissions(path, fs::perms(0640));
    }

    Value variable(const std::string& name) { return seen.query("file.variable", {{"path", Value(path)}, {"variable", Value(name)}}); }
    Done replace(const Value& from = texts({"10.2.9.1", "10.2.9.21"}), const Value& to = texts({"10.2.9.2", "10.2.9.22"})) {
        return seen.act("file.replace",
                        {{"path", Value(path)},
                         {"variables", texts({"XIVO_HOST", "XIVOCC_HOST", "TURN_ALLOWED_PEERS", "XIVO_MDS_HOST_DEFAULT"})},
                         {"from", from},
                         {"to", to}},
                        std::chrono::seconds(5));
    }
    Done replace_back() { return replace(texts({"10.2.9.2", "10.2.9.22"}), texts({"10.2.9.1", "10.2.9.21"})); }

    /// The other files of the folder.
    std::set<std::string> beside() const {
        std::set<std::string> names;
        for (const auto& entry : fs::directory_iterator(fs::path(path).parent_path()))
            if (entry.path() != path) names.insert(entry.path());
        return names;
    }
    struct stat status() const {
        struct stat found {};
        REQUIRE(stat(path.c_str(), &found) == 0);
        return found;
    }

    const std::string directory = "edge/it's $(touch pwned) \"here\"";
    Folder folder;
    const std::string path = folder / (directory + "/.env");
    support::SshHome home;
    real::Fleet fleet{home, {"edge1"}};
    real::Here seen{fleet.host("edge1"), home};
};

}  // namespace

TEST_CASE("addresses of an env file are exchanged in its variables and nowhere else; owner and mode stay, the old file stays beside it") {
    Edge edge;
    if (getuid() == 0) REQUIRE(chown(edge.path.c_str(), 1234, 2345) == 0);
    const auto old = edge.status();
    CHECK(edge.variable("XIVO_HOST").show() == "\"10.2.9.1\"");
    CHECK(edge.variable("XIVOCC_HOST").show() == "\"10.2.9.21\"");

    const Done done = edge.replace();
    CHECK(done.sent);
    CHECK_MESSAGE(!done.complaint, done.complaint.value_or(""));
    CHECK(done.after.state == State::Reached);
    CHECK(read_file(edge.path) == after);
    CHECK(edge.status().st_mode == old.st_mode);
    CHECK(edge.status().st_uid == old.st_uid);
    CHECK(edge.status().st_gid == old.st_gid);
    REQUIRE(edge.beside().size() == 1);
    CHECK(read_file(*edge.beside().begin()) == before);

    CHECK_FALSE(edge.replace().sent);
    CHECK(edge.beside().size() == 1);
    CHECK(edge.replace_back().after.state == State::Reached);
    CHECK(read_file(edge.path) == before);
    CHECK(edge.beside().size() == 2);
    CHECK_FALSE(fs::exists("pwned"));
}

TEST_CASE("who reads an env file while it is changed reads the old or the new one, whole") {
    Edge edge;
    std::atomic<bool> over = false;
    std::atomic<int> reads = 0, torn = 0, new_ones = 0;
    {
        const std::jthread reader([&] {
            while (!over) {
                const std::string text = read_file(edge.path);
                ++reads;
                if (text != before && text != after) ++torn;
                if (text == after) ++new_ones;
            }
        });
        for (int i = 0; i < 5; ++i) {
            CHECK(edge.replace().after.state == State::Reached);
            CHECK(edge.replace_back().after.state == State::Reached);
        }
        over = true;
    }
    CHECK(reads > 100);
    CHECK(new_ones > 0);
    CHECK(torn == 0);
}

TEST_CASE("a change that is killed at any of its commands leaves the old file or the new one, and can be done again") {
    for (const std::string program : {"mktemp", "cp", "awk", "stat", "sync", "ln", "mv"}) {
        for (const bool done_first : {false, true}) {
            CAPTURE(program);
            CAPTURE(done_first);
            Edge edge;
            // Of the command itself, not of the looks before and after: those have no script as their parent.
            const std::string ends_parent = fmt::format(
                "#!/bin/sh\nif grep -q replace-lines /proc/$PPID/cmdline; then {} kill -9 $PPID; exit 1; fi\nPATH=/usr/bin:/bin exec {} "
                "\"$@\"\n",
                done_first ? fmt::format("PATH=/usr/bin:/bin {} \"$@\";", program) : "", program);
            edge.fleet.put_program("edge1", program, ends_parent);
            const Done killed = edge.replace();
            CHECK(killed.sent);
            const bool replaced = program == "mv" && done_first;
            CHECK(read_file(edge.path) == (replaced ? after : before));
            CHECK((killed.after.state == State::Reached) == replaced);

            edge.fleet.put_program("edge1", program, fmt::format("#!/bin/sh\nPATH=/usr/bin:/bin exec {} \"$@\"\n", program));
            const Done again = edge.replace();
            CHECK((again.sent ? again.after : again.before).state == State::Reached);
            CHECK(read_file(edge.path) == after);
        }
    }
}

TEST_CASE("what somebody else writes while the change is made is not lost") {
    Edge edge;
    const std::string theirs = "XIVO_HOST=10.2.9.1\n" + before;
    write_file(edge.folder / "theirs", theirs);
    edge.fleet.put_program(
        "edge1", "mktemp",
        fmt::format("#!/bin/sh\nPATH=/usr/bin:/bin\ncat '{}' >\"${{1%.XXXXXX}}\"\nexec mktemp \"$@\"\n", edge.folder / "theirs"));
    const Done done = edge.replace();
    REQUIRE(done.complaint);
    CHECK(done.complaint->find("a line is not as it was") != std::string::npos);
    CHECK(read_file(edge.path) == theirs);
    CHECK(edge.beside().empty());
}

TEST_CASE("an env file that is a symbolic link, is not there, or names neither side is left alone") {
    Edge edge;
    const std::string real = edge.path + ".real";
    fs::rename(edge.path, real);
    CHECK(edge.replace().before.state == State::Unclear);
    CHECK(edge.variable("XIVO_HOST").is_unknown());
    fs::create_symlink(real, edge.path);
    const Done linked = edge.replace();
    CHECK(linked.before.state == State::Refused);
    CHECK(linked.before.why.find("is a symbolic link") != std::string::npos);
    CHECK(edge.variable("XIVO_HOST").is_unknown());
    CHECK(read_file(real) == before);
    CHECK(fs::is_symlink(edge.path));

    Edge other("XIVO_HOST=xivo\nXIVOCC_HOST=10.2.9.21\nTURN_ALLOWED_PEERS=10.2.9.1\nXIVO_MDS_HOST_DEFAULT=10.2.9.1\n");
    const Done neither = other.replace();
    CHECK(neither.before.state == State::Refused);
    CHECK(neither.before.why.find("XIVO_HOST names neither 10.2.9.1") != std::string::npos);
    CHECK(other.beside().empty());
}

TEST_CASE("an env file with another name is left alone, wherever that name is; what a change that was cut off has left is none") {
    for (const std::string place : {"beside", "in another folder"}) {
        CAPTURE(place);
        Edge edge;
        const std::string other = place == "beside" ? edge.path + ".bak" : edge.folder / "other";
        fs::create_hard_link(edge.path, other);
        const Done done = edge.replace();
        REQUIRE(done.complaint);
        CHECK(done.complaint->find("a hard link") != std::string::npos);
        CHECK(read_file(edge.path) == before);
        CHECK(fs::equivalent(edge.path, other));
        fs::remove(other);
        fs::create_hard_link(edge.path, edge.path + ".2026-03-01T22-00-00.000000001");
        CHECK(edge.replace().after.state == State::Reached);
        CHECK(read_file(edge.path) == after);
    }
}

TEST_CASE("an env file keeps every bit of its mode") {
    for (const int mode : {04755, 02750, 06711, 01644}) {
        CAPTURE(mode);
        Edge edge;
        REQUIRE(chmod(edge.path.c_str(), static_cast<mode_t>(mode)) == 0);
        const auto old = edge.status();
        CHECK(edge.replace().after.state == State::Reached);
        CHECK(read_file(edge.path) == after);
        CHECK(edge.status().st_mode == old.st_mode);
    }
}
