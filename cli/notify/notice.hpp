// What is told of a run to who is not at the terminal: a title and some lines.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "lang/model/site.hpp"
#include "runtime/event/types.hpp"

namespace cli {

struct Notice {
    lang::Notified::About about = lang::Notified::About::Begin;
    std::string title;  ///< one line
    std::string text;   ///< secrets masked
};

/// Of which run.
struct NoticeContext {
    std::string procedure, site, operator_name, machine;
    std::int64_t run = 0;  ///< its number in the journal; 0: none yet
};

/// "begin", "question", …: as a site file has it.
const char* name(lang::Notified::About);

/// Makes notices of a run's events. It stands behind the journal among the observers: what is told is on the disk.
class Notices final : public runtime::Observer {
  public:
    /// `run`: the number of the run in the journal, asked when it is needed.
    Notices(std::function<void(Notice)> tell, std::function<std::int64_t()> run);
    void on(const runtime::Event&) override;

  private:
    std::function<void(Notice)> tell_;
    std::function<std::int64_t()> run_;
    std::string procedure_;
};

}  // namespace cli
