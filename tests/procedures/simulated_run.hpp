// The shipped procedures on their simulated sites, in virtual time: what they did, what they said, and what they leave.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/run/load.hpp"
#include "cli/run/scenes.hpp"
#include "runtime/interpret/run.hpp"
#include "runtime/watch.hpp"

namespace procedures {

/// What the runs told, as far as these tests ask.
struct Told : runtime::Observer {
    std::vector<std::string> failures;
    std::string failed_step;                         ///< the first that was not done
    std::vector<std::string> done;                   ///< "acd-jb1 systemd.stop("wildfly")", actions that changed something
    std::vector<std::string> signed_off;             ///< what a person was asked to confirm
    std::map<std::string, lang::Duration> waits;     ///< how long the last one for this condition took
    std::optional<runtime::event::LeftBehind> left;  ///< by the last run
    /// Told of the title of every step that is done, before the next one begins.
    std::function<void(const std::string& step)> after;

    void on(const runtime::Event&) override;
    bool said(std::string_view words) const;   ///< in a failure
    bool asked(std::string_view words) const;  ///< of the person
    /// How many of the actions that changed something have these words.
    std::size_t did(std::string_view words) const;
    lang::Duration waited(const std::string& condition) const;
};

/// A site that procedures are run on, one after the other; all sign-offs are given.
class SimulatedRun {
  public:
    /// `site` is a path below `folder`, a scene one of its own; troubles, "acd-jb1: unit fails wildfly", are injected on top.
    explicit SimulatedRun(const std::string& site, const std::string& scene = "healthy", const std::vector<std::string>& troubles = {},
                          const std::string& folder = PROCRUN_SOURCE_DIR "/procedures/");

    /// `file` is a path below the folder too.
    runtime::End play(const std::string& file, const std::vector<std::string>& parameters = {});
    /// Watches until a procedure is due, at most so many looks.
    struct Watched {
        std::string runs;  ///< the procedure that is due; empty: none
        std::string told;  ///< a letter a look: Good, Failing, Unknown, Due
    };
    Watched watch(const std::string& file, int looks);
    /// Ten minutes in which nobody does anything.
    void rest();
    std::map<std::string, std::string> state() const { return world.snapshot(); }
    /// What a command on a host prints, behind the back of procrun.
    std::string ask(const std::string& host, const std::string& line, const std::string& input = {});

    /// The machines in the order in which they were told to go off, and were switched on, by the site's own log.
    std::vector<std::string> went_off() const;
    std::vector<std::string> came_up() const;
    /// What the last run left behind, as it is told to a person.
    std::string left_behind() const;
    /// How often a line that has these words reached a host.
    std::size_t sent(std::string_view words) const;
    /// All events of the first run, as they are journalled.
    std::string story() const;

    Told told;
    /// What the person does when asked to confirm something.
    std::function<void(rehearsal::World&, const std::string& text)> hands;
    rehearsal::World world;

  private:
    struct Opening;
    lang::Checked load(const std::string& file, const std::vector<std::string>& parameters) const;
    void in_the_run(const lang::Checked&, const std::function<void(runtime::World&)>& work);
    static const Opening& opening(const std::string& site, const std::string& scene);

    std::string folder_, site_;
    const Opening& opening_;
    std::unique_ptr<runtime::Journal> journal_;
};

/// Both have the same keys, and each the same value.
void same_state(const std::map<std::string, std::string>& before, const std::map<std::string, std::string>& after);

/// A trouble that a procedure must not get over, and where it is to stop.
struct Trouble {
    const char* procedure;
    const char* scene;
    std::vector<std::string> injected;
    const char* step;  ///< words of the title of the step that is not done
    const char* says;  ///< words of the failure
    std::vector<std::string> parameters = {};
};
void stops(const std::string& site, const std::string& folder, const std::vector<Trouble>&);

/// A copy of procedures/ that a test may change; it is deleted with the object.
class Copy {
  public:
    Copy();
    ~Copy();
    Copy(const Copy&) = delete;
    std::string folder() const { return folder_; }
    /// Replaces all of a text in a file of it, which must be there.
    void edit(const std::string& file, const std::string& from, const std::string& to) const;

  private:
    std::string folder_;
};

}  // namespace procedures
