#include "runtime/outcome.hpp"

namespace runtime {

const char* name(End end) {
    switch (end) {
        case End::Completed:
            return "completed";
        case End::Failed:
            return "failed";
        case End::Usage:
            return "wrong usage";
        case End::Refused:
            return "refused";
        case End::CompletedWithSkips:
            return "completed with skips";
        case End::Aborted:
            return "aborted";
        case End::UnknownOutcome:
            return "unknown outcome";
        case End::Locked:
            return "locked";
        case End::NoJournal:
            return "cannot journal";
    }
    return "";
}

const char* name(Effect effect) {
    switch (effect) {
        case Effect::Changed:
            return "changed";
        case Effect::Unchanged:
            return "unchanged";
        case Effect::Failed:
            return "failed";
        case Effect::Unknown:
            return "unknown outcome";
        case Effect::NotSent:
            return "not sent";
        case Effect::SignedOff:
            return "signed off";
        case Effect::NotSimulated:
            return "not simulated";
    }
    return "";
}

}  // namespace runtime
