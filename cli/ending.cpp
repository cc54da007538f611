#include "cli/ending.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <system_error>

#include "cli/run/load.hpp"
#include "cli/terminal/screen.hpp"
#include "runtime/journal/store.hpp"
#include "runtime/outcome.hpp"

namespace cli {

namespace {

using runtime::End;

std::string to_report(const Doing& doing) {
    return fmt::format(
        "This is a defect of procrun, and not of what it was given. Please report it with these lines:\n"
        "  version:  {}\n"
        "  command:  {}\n"
        "  journal:  {}\n"
        "What was sent to hosts is in the journal: `procrun history` lists the runs, and a run without an end is gone on with by `procrun "
        "resume`.\n",
        doing.version, visible(doing.command), visible(doing.journal));
}

int defect(std::string_view what, const Doing& doing) {
    say("procrun: {}\n{}", what, to_report(doing));
    return defect_exit_code;
}

/// A signal handler reaches only what is global, and makes nothing.
std::string told_by_handler;  // NOLINT(*-non-const-global-variables)

void end_with_defect(int) {
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, told_by_handler.data(), told_by_handler.size());
    _exit(defect_exit_code);
}

}  // namespace

int exit_code_of(const std::function<int()>& work, const Doing& doing) {
    try {
        return work();
    } catch (const UsageError& error) {
        say("procrun: {}\n", error.message);
        return static_cast<int>(End::Usage);
    } catch (const runtime::JournalError& error) {
        say("procrun: {}\n", error.what());
        return static_cast<int>(End::NoJournal);
    } catch (const std::system_error& error) {
        say("procrun: {}\n", error.what());
        return static_cast<int>(End::Failed);
    } catch (const std::exception& error) {
        return defect(error.what(), doing);
    } catch (const runtime::Failure& failure) {
        return defect(failure.message, doing);
    } catch (...) {
        return defect("something was thrown that is not an exception", doing);
    }
}

void tell_defects(const Doing& doing) {
    told_by_handler = to_report(doing);
    struct sigaction action {};
    action.sa_handler = end_with_defect;
    sigaction(SIGABRT, &action, nullptr);
}

}  // namespace cli
