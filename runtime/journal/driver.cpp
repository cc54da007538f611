#include "runtime/journal/driver.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "runtime/file.hpp"
#include "runtime/journal/store.hpp"

namespace runtime {

Driver::Driver(const std::string& journal) {
    if (journal == ":memory:") return;
    path_ = journal + "-driven";
    const auto why = why_no_file(path_);
    if (!why) file_ = Descriptor(open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (!file_) {
        throw JournalError(fmt::format("{}, which tells who drives a run of the journal, cannot be opened: {}. Nothing is sent.", path_,
                                       why ? *why : std::strerror(errno)));
    }
}

/// A byte of the file for each run. The lock belongs to this opening of the file: another one in the same process has it not.
bool Driver::take(std::int64_t run) {
    if (!file_) return true;
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = run;
    lock.l_len = 1;
    if (fcntl(file_.number(), F_OFD_SETLK, &lock) == 0) return true;
    if (errno == EAGAIN || errno == EACCES) return false;
    throw JournalError(fmt::format("{}, which tells who drives a run of the journal, cannot be locked: {}. Nothing is sent.", path_,
                                   std::strerror(errno)));
}

}  // namespace runtime
