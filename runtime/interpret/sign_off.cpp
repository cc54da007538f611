// What a manual warns of is sent only after two persons have signed it off.
#include <fmt/format.h>

#include "runtime/interpret/interpreter.hpp"

namespace runtime {

namespace {

/// "r0 on acd-store1": what the person has to type, and so to look at.
std::string stake_of(const lang::Signature& signature, const Arguments& arguments, const lang::Host& host) {
    std::string stake;
    for (std::size_t i = 0; i < signature.parameters.size(); ++i) {
        const lang::Parameter& parameter = signature.parameters[i];
        const std::string value = arguments.values()[i].plain();
        if (parameter.default_value && parameter.default_value->plain() == value) continue;
        stake += value + ' ';
    }
    return fmt::format("{}on {}", stake, host.name);
}

}  // namespace

bool Interpreter::sign_off(const lang::Signature& signature, const Arguments& arguments, const std::string& call, Branch& branch) {
    const Key& key = branch.key;
    {
        const std::lock_guard lock(mutex_);
        if (signature.danger.empty() || signed_.contains(key)) return false;
    }
    const lang::Host& host = *branch.frame.host;
    const std::string stake = stake_of(signature, arguments, host);
    const std::string about = fmt::format("{} on {}", call, host.name);
    const std::string question = fmt::format("{} {}", about, signature.danger);
    std::string first;
    for (const int person : {1, 2}) {
        const std::string asked = person == 1 ? question : "second person, " + question;
        emit(branch, event::Asked{asked});
        const Reaction reaction = world_.person.sign(
            {.kind = person == 1 ? Question::Kind::FirstPerson : Question::Kind::SecondPerson, .about = about, .text = asked}, stake, first,
            branch.deadline.time());
        if (reaction.kind != Reaction::Kind::Yes) throw unanswered(reaction, asked, world_.stop.no_new_action());
        emit(branch, event::SignedOff{.key = key, .call = call, .stake = stake, .by = reaction.by, .person = person});
        first = reaction.by;
    }
    const std::lock_guard lock(mutex_);
    signed_.insert(key);
    totals_.signed_off += 2;
    return true;
}

}  // namespace runtime
