#include "runtime/secret/store.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "tests/support/said.hpp"
#include "tests/support/sshd.hpp"

using lang::SecretSource;
using runtime::Secrets;
using From = SecretSource::From;

namespace {

/// A person with one answer, who counts the questions.
struct Somebody {
    std::optional<std::string> answer;
    std::vector<std::string> questions = {};

    Secrets::Ask ask() {
        return [this](const std::string& prompt) {
            questions.push_back(prompt);
            return answer;
        };
    }
};

const runtime::Stop never;

bool says(const lang::Value& value, const std::string& words) {
    return value.is_unknown() && support::says(value.why_unknown().why, words);
}

}  // namespace

TEST_CASE("a secret is asked for once, when it is first needed") {
    Somebody person{"s3cret"};
    Secrets secrets({{"db", From::Prompt, "Password of the database", {}}}, person.ask(), never);
    CHECK(person.questions.empty());
    CHECK(secrets.fetch("db").secret_bytes() == "s3cret");
    CHECK(secrets.fetch("db").secret_bytes() == "s3cret");
    CHECK(person.questions == std::vector<std::string>{"Password of the database: "});
    CHECK(secrets.mask("it is s3cret.") == "it is ***.");
}

TEST_CASE("a secret that nobody gave is unknown, and is asked for again") {
    Somebody person{};
    Secrets secrets({{"db", From::Prompt, "", {}}}, person.ask(), never);
    CHECK(says(secrets.fetch("db"), "the secret db cannot be had: nobody is there to give it"));
    person.answer = "later";
    CHECK(secrets.fetch("db").secret_bytes() == "later");
    CHECK(says(secrets.fetch("other"), "declares no secret other"));
}

TEST_CASE("what a secret cannot be had for shows beforehand, without a question and without a command") {
    const support::TemporaryDirectory directory;
    const std::string path = directory.file("secret");
    const std::string proof = directory.file("proof");
    support::write_file(path, "from the file");
    Somebody person{"s3cret"};
    Secrets secrets({{"prompt", From::Prompt, "", {}},
                     {"file", From::File, path, {}},
                     {"variable", From::Environment, "PROCRUN_TEST_NOT_SET", {}},
                     {"command", From::Command, "touch " + proof + "; exit 1", {}}},
                    person.ask(), never);
    const auto why = [&](std::string_view name, bool somebody = true) { return secrets.obstacle(name, somebody).value_or("none"); };
    CHECK(why("prompt") == "none");
    CHECK(why("prompt", false).find("nobody is there to give it") != std::string::npos);
    CHECK(person.questions.empty());
    CHECK(why("command") == "none");
    CHECK(access(proof.c_str(), F_OK) != 0);
    CHECK(why("variable").find("PROCRUN_TEST_NOT_SET is not set") != std::string::npos);
    chmod(path.c_str(), 0640);
    CHECK(why("file").find("others may read it") != std::string::npos);
    chmod(path.c_str(), 0600);
    CHECK(why("file") == "none");
    CHECK(why("other").find("declares no secret other") != std::string::npos);
}

TEST_CASE("a secret from the environment, from a command, and from a file") {
    const support::TemporaryDirectory directory;
    const std::string path = directory.file("secret");
    support::write_file(path, "from the file\r\n");
    chmod(path.c_str(), 0600);
    setenv("PROCRUN_TEST_SECRET", "from the environment", 1);
    Secrets secrets({{"variable", From::Environment, "PROCRUN_TEST_SECRET", {}},
                     {"unset", From::Environment, "PROCRUN_TEST_UNSET", {}},
                     {"command", From::Command, "printf 'from the %s\\n' command", {}},
                     {"failing", From::Command, "printf 'hal%s' 'f of it'; echo locked >&2; exit 2", {}},
                     {"file", From::File, path, {}},
                     {"missing", From::File, path + ".none", {}}},
                    Somebody{}.ask(), never);
    CHECK(secrets.fetch("variable").secret_bytes() == "from the environment");
    CHECK(secrets.fetch("command").secret_bytes() == "from the command");
    CHECK(secrets.fetch("file").secret_bytes() == "from the file");
    CHECK(says(secrets.fetch("unset"), "PROCRUN_TEST_UNSET is not set"));
    CHECK(says(secrets.fetch("failing"), "exit 2: locked"));
    CHECK_FALSE(says(secrets.fetch("failing"), "half"));
    CHECK(says(secrets.fetch("missing"), "No such file"));
}

TEST_CASE("a secret's file that others may read is refused, with the way to mend it") {
    const support::TemporaryDirectory directory;
    const std::string path = directory.file("secret");
    support::write_file(path, "well known");
    Secrets secrets({{"file", From::File, path, {}}}, Somebody{}.ask(), never);
    for (const mode_t mode : {0644U, 0640U, 0604U}) {
        chmod(path.c_str(), mode);
        CHECK(says(secrets.fetch("file"), "chmod 600 " + path));
    }
    chmod(path.c_str(), 0400);
    CHECK(secrets.fetch("file").secret_bytes() == "well known");
}

TEST_CASE("a secret too short to be masked is not taken") {
    Somebody person{"abc"};
    Secrets secrets({{"pin", From::Prompt, "", {}}}, person.ask(), never);
    CHECK(says(secrets.fetch("pin"), "has 3 bytes"));
}

TEST_CASE("a secret's command ends at a signal, and nothing that it has started is left") {
    const support::TemporaryDirectory directory;
    const std::string pid = directory.file("pid");
    // Each with a child of its own that would live on: in the foreground, in the background, and behind one that does not hear a TERM.
    for (const std::string shape : {"sleep 300; echo late", "sleep 300 & wait", "trap '' TERM; sleep 300; echo late"}) {
        std::filesystem::remove(pid);
        runtime::Stop stop;
        Secrets secrets({{"slow", From::Command, "echo $$ >" + pid + ".new && mv " + pid + ".new " + pid + "; " + shape, {}}},
                        Somebody{}.ask(), stop);
        auto fetched = std::async(std::launch::async, [&] { return secrets.fetch("slow"); });
        while (access(pid.c_str(), F_OK) != 0) REQUIRE(fetched.wait_for(std::chrono::milliseconds{10}) == std::future_status::timeout);
        const pid_t group = std::stoi(support::read_file(pid));
        stop.escalate();
        CHECK(says(fetched.get(), "interrupted; it was ended"));
        // The shell is reaped by us; its children by the system, soon.
        bool gone = false;
        for (int i = 0; i < 1000 && !gone; ++i) {
            gone = kill(-group, 0) != 0;
            if (!gone) std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
        CHECK_MESSAGE(gone, shape);
    }
}

TEST_CASE("a signal that came before does not keep a secret from being fetched") {
    runtime::Stop stop;
    stop.escalate();
    Secrets secrets({{"quick", From::Command, "echo quick one", {}}}, Somebody{}.ask(), stop);
    CHECK(secrets.fetch("quick").secret_bytes() == "quick one");
}

TEST_CASE("a command's endless output does not grow without a bound") {
    Secrets secrets({{"endless", From::Command, "head -c 3000000 /dev/zero | tr '\\0' x", {}}}, Somebody{}.ask(), never);
    CHECK(says(secrets.fetch("endless"), "more than 65536 bytes"));
}

TEST_CASE("a secret's file is a file: what would be waited for, or never ends, is refused at once") {
    const support::TemporaryDirectory directory;
    const std::string fifo = directory.file("fifo");
    REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
    const std::vector<std::pair<std::string, std::string>> kinds{
        {fifo, "a FIFO"}, {directory.path().string(), "a directory"}, {"/dev/zero", "a device"}};
    for (const auto& entry : kinds) {
        const auto& path = std::get<0>(entry);
        const auto& kind = std::get<1>(entry);
        Secrets secrets({{"file", From::File, path, {}}}, Somebody{}.ask(), never);
        CHECK_MESSAGE(says(secrets.fetch("file"), "it is " + kind + ", and a file is expected"), path);
    }
    support::write_file(directory.file("large"), std::string(70'000, 'x'));
    chmod(directory.file("large").c_str(), 0600);
    Secrets large({{"file", From::File, directory.file("large"), {}}}, Somebody{}.ask(), never);
    CHECK(says(large.fetch("file"), "more than 65536 bytes"));
}
