// `procrun fmt`: files are written in their canonical form, each wholly or not at all.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <system_error>

#include "cli/command/all.hpp"
#include "cli/ending.hpp"
#include "cli/run/load.hpp"
#include "cli/terminal/line_diff.hpp"
#include "lang/format/canonical.hpp"
#include "runtime/outcome.hpp"

namespace cli {

namespace {

/// An open file that is closed and, unless it has taken its place, deleted again.
class Replacement {
  public:
    explicit Replacement(const std::filesystem::path& target) : target_(target), path_(target.string() + ".XXXXXX") {
        descriptor_ = mkostemp(path_.data(), O_CLOEXEC);
        if (descriptor_ < 0) throw_errno();
    }
    Replacement(const Replacement&) = delete;
    Replacement& operator=(const Replacement&) = delete;
    ~Replacement() {
        close(descriptor_);
        if (!path_.empty()) unlink(path_.c_str());
    }

    /// With the rights of the file whose place it takes, on the disk before it takes it.
    void write(std::string_view text) {
        struct stat old {};
        if (stat(target_.c_str(), &old) != 0 || fchmod(descriptor_, old.st_mode & 07777U) != 0) throw_errno();
        (void)!fchown(descriptor_, old.st_uid, old.st_gid);  // only root may, and who may not owns the new file
        while (!text.empty()) {
            const ssize_t written = ::write(descriptor_, text.data(), text.size());
            if (written < 0 && errno != EINTR) throw_errno();
            text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
        }
        if (fsync(descriptor_) != 0 || rename(path_.c_str(), target_.c_str()) != 0) throw_errno();
        path_.clear();
    }

  private:
    [[noreturn]] void throw_errno() const {
        throw UsageError{fmt::format("{}: it cannot be written: {}", target_.string(), std::generic_category().message(errno))};
    }

    std::filesystem::path target_;
    std::string path_;
    int descriptor_ = -1;
};

/// The canonical text; nothing where there are syntax errors, which are shown.
std::optional<std::string> formatted(const std::string& name, const std::string& text) {
    lang::Sources sources;
    lang::Diagnostics diagnostics;
    std::optional<std::string> result = lang::format(sources, sources.add(name, text), diagnostics);
    for (const lang::Diagnostic& diagnostic : diagnostics) say("{}\n", render(diagnostic, sources));
    // It is a person's work that is overwritten: better to look twice.
    if (result && !lang::same_program(text, *result)) {
        throw Defect(fmt::format("{}: the formatted text would mean something else; nothing was written", name));
    }
    return result;
}

runtime::End format_input(bool check) {
    std::string text((std::size_t{4} << 20) + 1, '\0');  // one byte more than may be: the parser says that it is too much
    std::cin.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::cin.gcount()));
    const std::optional<std::string> result = formatted("<standard input>", text);
    if (!result) {
        if (!check) write(stdout, text);  // an editor puts it where the text was: it stays as it is
        return runtime::End::Refused;
    }
    if (!check) {
        write(stdout, *result);
        return runtime::End::Completed;
    }
    print("{}", line_diff(text, *result));
    return text == *result ? runtime::End::Completed : runtime::End::Failed;
}

runtime::End format_file(const std::string& file, bool check) {
    const runtime::FileText read = read_text(file);
    if (!read.text) throw UsageError{fmt::format("{}: {}", file, read.why)};
    const std::optional<std::string>& text = read.text;
    const std::optional<std::string> result = formatted(file, *text);
    if (!result) {
        say("{}: it was left as it is\n", file);
        return runtime::End::Refused;
    }
    if (*text == *result) return runtime::End::Completed;
    if (check) {
        print("{}: not formatted\n{}", file, line_diff(*text, *result));
        return runtime::End::Failed;
    }
    Replacement(std::filesystem::canonical(file)).write(*result);
    print("{}: formatted\n", file);
    return runtime::End::Completed;
}

}  // namespace

int fmt_command(const FmtRequest& request) {
    runtime::End end = runtime::End::Completed;
    for (const std::string& file : request.files) {
        const runtime::End one = file == "-" ? format_input(request.check) : format_file(file, request.check);
        if (one == runtime::End::Refused || end == runtime::End::Completed) end = one;
    }
    return static_cast<int>(end);
}

}  // namespace cli
