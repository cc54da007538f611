// The shipped_urs rollover against the consoles of a URS pair, played by small HTTP servers: procrun as its operators start it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>

#include "tests/real/daemon.hpp"
#include "tests/support/sshd.hpp"

namespace {

namespace fs = std::filesystem;
using support::read_file;
using support::write_file;

const std::string shipped_urs = PROCRUN_SOURCE_DIR "/procedures/urs/";

class UrsPair {
  public:
    UrsPair() : port_(Listener(first_).port()) {
        connection("0000000000000000");
        write_file(folder_ / "call", "");
        write_file(folder_ / "answers", "\"*\" = yes\n");
        write_file(folder_ / "console.proc", read_file(shipped_urs + "console.proc"));
        // As shipped_urs, but for the half minute for which the old primary must stay away.
        std::string rollover = read_file(shipped_urs + "rollover.proc");
        const std::string pace = "every 10s  holding 30s";
        REQUIRE(rollover.find(pace) != std::string::npos);
        rollover.replace(rollover.find(pace), pace.size(), "every 100ms  holding 300ms");
        write_file(folder_ / "rollover.proc", rollover);
        write_file(folder_ / "site.proc",
                   fmt::format("site \"URS consoles\"\n"
                               "fact console: int = {}\n"
                               "connect linux {{ via local }}\n"
                               "fact application: text = \"\"\n"
                               "host urs-a {{ address \"{}\"  application \"urs_a\" }}\n"
                               "host urs-b {{ address \"{}\"  application \"urs_b\" }}\n"
                               "group urs = urs-a, urs-b\n"
                               "define urs_is_primary(): bool = shell.query(\"cat {}/urs-${{host.address}}\") == \"primary\"\n",
                               port_, first_, second_, folder_ / ""));
        consoles_ = std::make_unique<Daemon>(std::vector<std::string>{"python3", PROCRUN_SOURCE_DIR "/tests/real/vendor/urs_console.py",
                                                                      folder_ / "", first_, second_, std::to_string(port_)},
                                             folder_ / "consoles");
        REQUIRE_MESSAGE(eventually([&] { return fs::exists(folder_ / "ready"); }), read_file(folder_ / "consoles"));
    }

    /// What both say of their link to each other: a connection id, "no backup" or "no connection".
    void connection(const std::string& state) { write_file(folder_ / "connection", state); }

    /// Begins a rollover; `seen` is called again and again while it runs.
    int roll_over(const std::function<void()>& seen = [] {}) {
        const std::string home = folder_ / "home";
        fs::create_directories(home);
        Daemon procrun({"env", "HOME=" + home, "NO_COLOR=1", "http_proxy=http://127.0.0.1:1", PROCRUN_PROGRAM, folder_ / "rollover.proc",
                        "--answers", folder_ / "answers", "--journal", folder_ / "journal"},
                       folder_ / "output");
        REQUIRE(eventually([&] {
            seen();
            return procrun.has_ended();
        }));
        return procrun.exit_code();
    }
    void last_call_ends() { fs::remove(folder_ / "call"); }

    std::string mode_of_first() { return read_file(folder_ / ("urs-" + first_)); }
    std::string mode_of_second() { return read_file(folder_ / ("urs-" + second_)); }
    /// Every `?rollover` that came, and what was answered.
    std::string rollovers() { return fs::exists(folder_ / "rollovers") ? read_file(folder_ / "rollovers") : ""; }
    std::string output() { return read_file(folder_ / "output"); }
    const std::string& first() const { return first_; }

  private:
    Folder folder_;
    std::string first_ = next_address(), second_ = next_address();
    int port_;
    std::unique_ptr<Daemon> consoles_;
};

}  // namespace

TEST_CASE("a rollover over HTTP is asked for once, and waits for the last call of the old primary") {
    UrsPair pair;
    const int code = pair.roll_over([&] {
        if (pair.mode_of_second() != "primary\n") return;
        CHECK(pair.mode_of_first() != "primary\n");
        pair.last_call_ends();
    });
    CHECK_MESSAGE(code == 0, pair.output());
    CHECK(pair.mode_of_first() == "down\n");
    CHECK(pair.mode_of_second() == "primary\n");
    CHECK(pair.rollovers() == pair.first() + ": urs_b\n");
}

TEST_CASE("a connection id that is not null, and a console that names no backup, are seen before anything is asked for") {
    UrsPair pair;
    for (const char* state : {"0008a2c4f01b7e93", "no backup"}) {
        pair.connection(state);
        CHECK(pair.roll_over() == 1);
        CHECK_MESSAGE(pair.output().find(state == std::string("no backup") ? "has no backup" : "would be lost") != std::string::npos,
                      pair.output());
        CHECK(pair.rollovers().empty());
    }
    CHECK(pair.mode_of_first() == "primary\n");
}

TEST_CASE("a console that refuses is believed: nothing was started") {
    UrsPair pair;
    pair.connection("no connection");
    CHECK(pair.roll_over() == 1);
    CHECK_MESSAGE(pair.output().find("it says 'no connection'") != std::string::npos, pair.output());
    CHECK(pair.rollovers() == pair.first() + ": no connection\n");
    CHECK(pair.mode_of_first() == "primary\n");
    CHECK(pair.mode_of_second() == "backup\n");
}
