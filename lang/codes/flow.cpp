// E05xx and W06xx: flow: waits, steps, branches, empty sets, parameters; and warnings.
#include <array>

#include "lang/codes/explanations.hpp"

namespace lang::codes {

namespace {

constexpr std::array flow_table{
    Code{"E0501", "a wait without an end",
         "Every wait says how long it may take. On expiry it tells the last value, where it came from and how often it was asked, and the "
         "procedure fails, or does what an `else { … }` says.",
         "wait_until drbd.in_sync(\"r0\") on acd-store1", "wait_until drbd.in_sync(\"r0\") on acd-store1  within 4h"},
    Code{"E0502", "two steps with the same title", "The title tells the person on call where the procedure is: side by side they differ.",
         "step \"Check\" { note \"a\" }\nstep \"Check\" { note \"b\" }",
         "step \"Check the storage\" { note \"a\" }\nstep \"Check the database\" { note \"b\" }"},
    Code{
        "E0503", "a step that has no place of its own",
        "Steps stand at top level, in a step, or directly in `parallel`: each has a number, and the journal can tell it from all others. "
        "In "
        "a loop, an `if`, an `on` or a define it would have none. One step for all hosts has the loop in it; a resume still goes on with "
        "the host where it ended. For one step for each host, write what is done once, as a `define action`, and a step for each host that "
        "calls it.",
        "on jb { step \"Stop\" { note \"stopping\" } }", "step \"Stop\" { on jb { note \"stopping\" } }"},
    Code{"E0504", "an `else` without an end",
         "The `else { … }` of a wait or an action decides how it goes on: it ends with `confirm`, `fail` or `go_on \"reason\"`.",
         "wait_until drbd.in_sync(\"r0\") on acd-store1  within 4h  else { note \"slow\" }",
         "wait_until drbd.in_sync(\"r0\") on acd-store1  within 4h  else { go_on \"the sync may end later\" }"},
    Code{"E0505", "`go_on` at the wrong place",
         "`go_on` ends the `else { … }` of a wait or an action: it says why an expired wait is no harm.", "go_on \"why not\"",
         "note \"why not\""},
    Code{"E0506", "`on_failure` at the wrong place",
         "It stands at top level and runs when a statement after it fails. One action is taken back by its `undo`.",
         "step \"Stop\" { on_failure { note \"failed\" } }", "on_failure { note \"failed\" }\nstep \"Stop\" { note \"stopping\" }"},
    Code{"E0507", "`keep` at the wrong place",
         "What is kept for other procedures is asked once: at top level or directly in a step. What a person answered is not kept.",
         "on dbm { keep lag = mysql.replica().behind }", "keep lag = mysql.replica().behind on acd-dbm1"},
    Code{"E0508", "an `undo` within an `undo`", "What an `undo` does is not undone itself.",
         "on acd-store2 { pcs.standby(acd-store1)  undo { pcs.unstandby(acd-store1)  undo pcs.standby(acd-store1) } }",
         "on acd-store2 { pcs.standby(acd-store1)  undo pcs.unstandby(acd-store1) }"},
    Code{"E0509", "`commit` at the wrong place",
         "It says that what was done until now is not undone any more: in `undo` and `on_failure` it has no meaning.",
         "on_failure { commit \"too late\" }", "step \"Shut down\" { commit \"from here the way back is the failback\" }"},
    Code{"E0510", "parameters without a value",
         "They have no default and were not given. The message lists them as they are written on the command line.",
         "param master: address", "param master: address = \"10.1.1.1\""},
    Code{"E0511", "a parameter of another type",
         "What was given on the command line, or the default, is not a value of the parameter's type. Secrets, records and times are not "
         "given "
         "as parameters.",
         "param password: secret", "secret password from prompt \"Password\""},
    Code{
        "E0512", "a moment that is not marked",
        "A report reckons the interruption of the service from `mark \"service down\"` to `mark \"service back\"`. Any other text would be "
        "marked in vain: `note` writes one.",
        "mark \"service donw\"", "mark \"service down\""},
    Code{
        "E0521", "no host is left",
        "A `where` keeps none of the hosts that it was given, so the block would do nothing, silently. The message says what the facts are "
        "and what they were compared with: a parameter may have the wrong value, or a host of the site the wrong fact. A group that may be "
        "empty is declared so (`group chat = nobody`). Where \"none\" is right at times, a condition says it.",
        "on tel where vm_host == 3 { winsvc.stop(\"robot5\") }",
        "if any t in tel: t.vm_host == 3 {\n  on tel where vm_host == 3 { winsvc.stop(\"robot5\") }\n}"},
    Code{"E0522", "nothing to choose",
         "`one of` and `find` give exactly one host. Here it is known before the run that there is none: the list is empty, or no host has "
         "the facts that the condition asks for.",
         "let store = one of stores where vm_host == 3", "let store = one of stores where vm_host == 2"},
    Code{"E0523", "too many to choose from",
         "`one of` and `find` give exactly one host. Here it is known before the run that there are several. Make the condition narrower. "
         "What only the machines can tell, such as which of them is active, is chosen while the procedure runs, by `find`.",
         "let store = one of stores", "let store = find s in stores where drbd.status(\"r0\").role == Primary"},
    Code{"E0525", "the wrong operating system",
         "The builtin works on machines of one operating system, and a host that it would be used on runs another. Mixed groups are split "
         "by a `where`, or the host's `os` in the site is wrong.",
         "on acd-tel1 { systemd.stop(\"robot5\") }", "on acd-tel1 { winsvc.stop(\"robot5\") }"},
    Code{
        "E0526", "branches act on the same machine",
        "Branches that run side by side must not act on the same thing of a machine: neither can know what the other has already changed. "
        "Put both actions into one branch, or one after the other. Different objects of one system, such as two units or two servers of a "
        "load balancer, are different things; a script concerns the whole machine. One and the same action with other arguments, such as a "
        "loop that powers several machines on through one hypervisor, is taken as meant.",
        "parallel {\n  on acd-jb1 { systemd.stop(\"wildfly\") }\n  on acd-jb1 { shell.action(\"sync\") }\n}",
        "on acd-jb1 {\n  systemd.stop(\"wildfly\")\n  shell.action(\"sync\")\n}"},
    Code{"E0527", "a machine in two branches",
         "`on … in parallel` makes a branch of each machine in the list, and one is in it more than once, perhaps by way of a group.",
         "on jb, acd-jb1 in parallel { systemd.stop(\"wildfly\") }", "on jb in parallel { systemd.stop(\"wildfly\") }"},
    Code{"E0528", "nobody would keep the site's lock",
         "A run holds the lock on the site's lock hosts, and checks it before each step. One of them must stay on, "
         "whichever way the run takes: what `machine.shutdown` and a `power_off(machine)` of the site switch off is counted, and what "
         "`power_on(machine)` switches on again.",
         "on esx1 { machine.shutdown() }\non esx2 { machine.shutdown() }", "on esx1 { machine.shutdown() }"},
    Code{"E0531", "a time that is not a time",
         "`within`, `every`, `each` and `holding` need a duration of more than 0s, and of a hundred years at most. Where it is computed, "
         "the "
         "message says from what.",
         "step \"Stop\" within 0s { note \"stopping\" }", "step \"Stop\" within 5m { note \"stopping\" }"},
    Code{"E0532", "`every` is longer than `within`",
         "The second look, or the second attempt, would come after the end of the wait or step: there would be one only.",
         "wait_until drbd.in_sync(\"r0\") on acd-store1  within 30s  every 5m",
         "wait_until drbd.in_sync(\"r0\") on acd-store1  within 5m  every 30s"},
    Code{"E0533", "`holding` is not shorter than `within`",
         "The condition must be true for at least as long as the whole wait lasts: the wait cannot succeed.",
         "wait_until drbd.in_sync(\"r0\") on acd-store1  within 30s  holding 1m",
         "wait_until drbd.in_sync(\"r0\") on acd-store1  within 5m  holding 1m"},
    Code{"E0535", "`max` lets no machine begin",
         "`max N` says on how many machines a block runs at the same time. It must be 1 or more; without it they all begin at once.",
         "on jb in parallel max 0 { systemd.stop(\"wildfly\") }", "on jb in parallel max 2 { systemd.stop(\"wildfly\") }"},
    Code{"E0536", "a step that is tried for ever",
         "`retry N times` says how often a step is tried again before a person is asked. A million times is the most: more has no end that "
         "anybody would see.",
         "step \"Stop\" retry 10000000 times every 5s { note \"stopping\" }",
         "step \"Stop\" retry 10 times every 5s { note \"stopping\" }"},
    Code{"E0541", "the run would always fail here",
         "The condition depends on parameters and facts only, and with these it is known to fail. That is told before the run begins. The "
         "message says which values led to it.",
         "param from: int = 2\nparam to: int = 2\nrequire from != to  else \"from and to are the same\"",
         "param from: int = 1\nparam to: int = 2\nrequire from != to  else \"from and to are the same\""},
    Code{"E0542", "a wait that cannot succeed",
         "The condition is false whatever the machines answer, because a part that is known already decides it.",
         "wait_until acd-jb1.vm_host == 3 and systemd.stopped(\"wildfly\") on acd-jb1  within 5m",
         "wait_until systemd.stopped(\"wildfly\") on acd-jb1  within 5m"},
    Code{"E0543", "`exactly` asks for more than there are",
         "The list has fewer elements than must fulfil the condition: it can never be true.",
         "require exactly 3 s in [acd-store1, acd-store2]: drbd.in_sync(\"r0\")",
         "require exactly 2 s in [acd-store1, acd-store2]: drbd.in_sync(\"r0\")"},
    Code{"E0544", "a number that is too large",
         "The result does not fit: ints, durations and times have 64 bits. It is an error and never wraps round.",
         "let far = 9223372036854775807 + 1", "let far = 9223372036854775807"},
    Code{"W0601", "a parameter that nothing uses", "It would be given for nothing, or its use was forgotten.", "param side: int = 1",
         "param side: int = 1\nnote \"side ${side}\""},
    Code{"W0602", "a value that nothing uses", "It is set and never read.", "let side = 1", "let side = 1\nnote \"side ${side}\""},
    Code{"W0603", "no scene to rehearse in", "The procedure says in which scene its rehearsal starts, and the site has no such scene.",
         "needs scene \"failed-over\"", "scene \"failed-over\" = after \"failover.proc\""},
    Code{"W0604", "an `on_failure` that never runs",
         "It runs when a statement after it fails, and there is none: it belongs before the steps.",
         "note \"a\"\non_failure { note \"failed\" }", "on_failure { note \"failed\" }\nnote \"a\""},
    Code{"W0605", "an empty file", "It declares nothing and does nothing. Most likely it is not the file that is meant, or was not saved.",
         "# to be written", "step \"Stop\" {\n  on web { systemd.stop(\"nginx\") }\n}"},
    Code{"W0606", "a scene that cannot be rehearsed",
         "The trouble is a known one, and the machine cannot have it: it has no such unit, server or resource, or is in no such cluster. "
         "`procrun docs troubles` says what each trouble is for.",
         "scene \"broken\" = \"acd-jb1: drbd standalone\"", "scene \"broken\" = \"acd-store1: drbd standalone\""},
    Code{"W0607", "a character that nobody sees",
         "A text holds an invisible character, or a blank that is not a plain one, as they come along when text is copied from a document "
         "or a "
         "chat. For a machine, the name of a unit with such a character is the name of another unit. In a comment only the invisible ones "
         "are told.",
         "note \"stop\u00A0it\"", "note \"stop it\""},
    Code{"W0608", "a value without its braces",
         "In a text, a value stands as `${name}`. `$name` is shown as it is written, and where there is a value of that name it was hardly "
         "meant so. Where it was, write `\\$name`.",
         "let side = 1\nnote \"side $side of ${side}\"", "let side = 1\nnote \"side ${side} of ${side}\""},
    Code{"W0651", "a wait for what cannot change",
         "Nothing in the condition asks a machine: it is true or false when the wait begins, and remains so. A value that a `let` read "
         "earlier does not change either: write the query itself into the condition.",
         "let role = drbd.status(\"r0\").role on acd-store1\nwait_until role == Primary  within 5m",
         "wait_until drbd.status(\"r0\").role on acd-store1 == Primary  within 5m"},
    Code{"W0652", "a requirement made of literals", "It is always true or always false, on every site and with every parameter.",
         "require 1 == 1", "require acd-store1.vm_host == 1"},
    Code{"W0653", "perhaps the wrong operating system",
         "The host is chosen while the procedure runs, and some of those that it may be run another operating system than the builtin "
         "needs. "
         "Choose from a list of hosts of one operating system.",
         "let h = find m in [acd-jb1, acd-tel1] where machine.answers()\non h { systemd.stop(\"wildfly\") }",
         "let h = find m in jb where machine.answers()\non h { systemd.stop(\"wildfly\") }"},
    Code{"W0654", "a loop or a question over no host",
         "A `where` keeps none of the hosts that it was given. A loop over them does nothing, `all` and `no` are true without asking "
         "anybody, `any` is false.",
         "require all s in stores where vm_host == 3: drbd.in_sync(\"r0\")", "require all s in stores: drbd.in_sync(\"r0\")"},
    Code{"W0655", "never reached", "What stands before this ends the run in every case.", "fail \"not today\"\nnote \"done\"",
         "note \"not today\""},
    Code{"W0656", "longer than the time around it",
         "A `within` inside a step that itself has a `within` ends with the step at the latest. The inner one promises more time than "
         "there is.",
         "step \"Sync\" within 5m {\n  wait_until drbd.in_sync(\"r0\") on acd-store1  within 1h\n}",
         "step \"Sync\" within 2h {\n  wait_until drbd.in_sync(\"r0\") on acd-store1  within 1h\n}"},
    Code{"W0657", "one look may take the whole wait",
         "`each` says how long a single look may take. It is longer than the whole wait: one that hangs leaves no time for another.",
         "wait_until machine.answers() on acd-jb1  within 30s  each 1m", "wait_until machine.answers() on acd-jb1  within 5m  each 10s"},
    Code{"W0658", "a machine is named more than once",
         "The block runs on it more than once, one time after the other. Often a group holds a machine that is named beside it.",
         "on jb, acd-jb1 { systemd.stop(\"wildfly\") }", "on jb { systemd.stop(\"wildfly\") }"},
    Code{"W0659", "perhaps a machine of no such cluster",
         "The host is chosen while the procedure runs, and some of those that it may be are of no cluster of the kind that the builtin is "
         "for. "
         "Choose from the machines of such a cluster.",
         "let h = find m in [acd-dbm1, acd-jb1] where machine.answers()\non h { mysql.make_read_only() }",
         "let h = find m in dbm where machine.answers()\non h { mysql.make_read_only() }"},
};

}  // namespace

std::span<const Code> flow() { return flow_table; }

}  // namespace lang::codes
