// A source that a procedure has closed to writers is open again after a run that did not go through.
#include <doctest/doctest.h>
#include <signal.h>

#include <fstream>

#include "tests/real/mariadb/server.hpp"

namespace {

using real::Server;

/// A run of a procedure that closes the server and then waits for what never comes.
class Closing {
  public:
    Closing(Server& server, const std::string& patience) : server_(server) {
        std::ofstream(folder_ / ".my.cnf") << "[client]\nsocket=" << server.socket << "\n";
        std::ofstream(folder_ / "close.proc") << "site \"closing\"\n"
                                                 "host db { via local }\n"
                                                 "step \"Close the source\" {\n"
                                                 "  on db {\n"
                                                 "    mysql.make_read_only()  undo mysql.make_writable()\n"
                                                 "    wait_until mysql.client_sessions().count == 99  within "
                                              << patience << "  every 100ms\n  }\n}\n";
        run_.emplace(std::vector<std::string>{"env", "HOME=" + (folder_ / ""), PROCRUN_PROGRAM, folder_ / "close.proc", "--on-failure",
                                              "undo", "--journal", folder_ / "journal"},
                     folder_ / "log");
    }
    bool is_read_only() const { return server_.sql("SELECT @@GLOBAL.read_only").out.find('1') != std::string::npos; }
    bool was_read_only() {
        return eventually([&] { return is_read_only(); });
    }
    void interrupt() { REQUIRE(kill(run_->pid(), SIGINT) == 0); }
    int end() {
        REQUIRE(eventually([&] { return run_->has_ended(); }));
        return run_->exit_code();
    }
    std::string said() const {
        std::ifstream log(folder_ / "log");
        return {std::istreambuf_iterator<char>(log), {}};
    }

  private:
    Server& server_;
    Folder folder_;
    std::optional<Daemon> run_;
};

}  // namespace

TEST_CASE("trap 27: a source that was closed is opened again when the wait after it expires") {
    Server server{1};
    Closing run(server, "2s");
    const int failed = run.end();
    CHECK_MESSAGE(failed == 1, run.said());
    for (const char* verb : {"mysql.make_read_only()  changed", "mysql.make_writable()  changed"})
        CHECK_MESSAGE(run.said().find(verb) != std::string::npos, run.said());
    CHECK_FALSE(run.is_read_only());
}

TEST_CASE("trap 27: and when the operator stops the run") {
    Server server{1};
    Closing run(server, "5m");
    REQUIRE(run.was_read_only());
    run.interrupt();
    const int aborted = run.end();
    CHECK_MESSAGE(aborted == 5, run.said());
    CHECK_FALSE(run.is_read_only());
}
