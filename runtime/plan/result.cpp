#include "runtime/plan/result.hpp"

namespace runtime {

const char* name(Outlook outlook) {
    switch (outlook) {
        case Outlook::AlreadySo:
            return "already so";
        case Outlook::WouldChange:
            return "would change";
        case Outlook::KnownAfter:
            return "known later";
        case Outlook::CannotTell:
            return "cannot tell";
        case Outlook::Refused:
            return "would be refused";
        case Outlook::Holds:
            return "holds";
        case Outlook::DoesNotHold:
            return "does not hold";
        case Outlook::Waiting:
            return "would wait";
        case Outlook::SignOff:
            return "sign-off";
        case Outlook::Said:
            return "said";
    }
    return "";
}

const char* name(PlanItem::Kind kind) {
    using Kind = PlanItem::Kind;
    switch (kind) {
        case Kind::Step:
            return "step";
        case Kind::Way:
            return "way";
        case Kind::Action:
            return "action";
        case Kind::Define:
            return "define";
        case Kind::Human:
            return "human step";
        case Kind::Require:
            return "require";
        case Kind::If:
            return "if";
        case Kind::Wait:
            return "wait_until";
        case Kind::Let:
            return "let";
        case Kind::Keep:
            return "keep";
        case Kind::Ask:
            return "ask";
        case Kind::Confirm:
            return "confirm";
        case Kind::Note:
            return "note";
        case Kind::Mark:
            return "mark";
        case Kind::Fail:
            return "fail";
        case Kind::Skip:
            return "go_on";
        case Kind::Commit:
            return "commit";
    }
    return "";
}

namespace {

void count(const std::vector<PlanItem>& items, bool undecided, Plan::Totals& totals) {
    for (const PlanItem& item : items) {
        totals.would_change += item.outlook == Outlook::WouldChange;
        totals.already_so += item.outlook == Outlook::AlreadySo;
        totals.known_later += item.outlook == Outlook::KnownAfter;
        totals.cannot_tell += item.outlook == Outlook::CannotTell;
        totals.refused += item.outlook == Outlook::Refused && !undecided;
        totals.waiting += item.outlook == Outlook::Waiting;
        totals.sign_offs += (item.outlook == Outlook::SignOff) + (item.danger.empty() ? 0 : 2);
        totals.done_by_people += item.kind == PlanItem::Kind::Human;
        const bool open = item.kind == PlanItem::Kind::If && item.outlook != Outlook::Holds && item.outlook != Outlook::DoesNotHold;
        count(item.children, undecided || open, totals);
    }
}

}  // namespace

Plan::Totals Plan::totals() const {
    Totals totals;
    count(items, false, totals);
    return totals;
}

PlanEnd end_of(const Plan& plan) {
    const Plan::Totals totals = plan.totals();
    if (totals.refused > 0) return PlanEnd::Refused;
    // "Nothing to do" is said only where all of it was seen.
    const bool open = totals.would_change + totals.known_later + totals.cannot_tell + totals.waiting + totals.done_by_people > 0;
    return open ? PlanEnd::Changes : PlanEnd::NothingToDo;
}

}  // namespace runtime
