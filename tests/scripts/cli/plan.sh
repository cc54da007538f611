#!/usr/bin/env bash
# `procrun plan` as a person and a timer meet it: exit codes, JSON, drift from one night to the next; and the units of docs/plan.md.
set -uo pipefail
procrun=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work/state NO_COLOR=1
failures=0
fail() {
    printf 'FAILED: %s\n' "$*"
    ((++failures))
}
# expect CODE "WORDS" COMMAND…: the exit code, and words that the output must have; "" where it must be empty
expect() {
    local code=$1 words=$2
    shift 2
    "$@" >"$work/out" 2>&1 </dev/null
    local got=$?
    ((got == code)) || fail "$* ended with $got, expected $code: $(cat "$work/out")"
    if [[ -n $words ]]; then
        grep -qF -- "$words" "$work/out" || fail "$*: no \"$words\" in: $(cat "$work/out")"
    elif [[ -s $work/out ]]; then
        fail "$* should say nothing, but: $(cat "$work/out")"
    fi
}

cat >"$work/touch.proc" <<P
host here-too { address "127.0.0.1"  via local }
param file: text = "$work/mark"
step "Touch" {
  require shell.succeeds("test -d $work") on here-too
  if not shell.succeeds("test -e \${file}") on here-too {
    on here-too { shell.action("touch \${file}") }
  }
}
P
expect 10 '1 would change, 0 already so, 0 known later, 0 cannot tell, 0 sign-offs' "$procrun" plan "$work/touch.proc"
grep -qF "\$ touch " "$work/out" || fail "the command is not shown: $(cat "$work/out")"
[[ ! -e $work/mark ]] || fail 'a plan has done what it planned'
expect 0 'completed' "$procrun" "$work/touch.proc"
expect 0 '0 would change' "$procrun" plan "$work/touch.proc"
expect 11 'would be refused' "$procrun" plan procedures/jtel/failback.proc --scene healthy
expect 10 'would change' "$procrun" plan procedures/jtel/failover.proc
expect 0 'simulated' "$procrun" plan --rehearse "$work/touch.proc" file="$work/other"
expect 2 '--rehearse' "$procrun" plan "$work/touch.proc" --scene healthy
expect 2 'No such file' "$procrun" plan "$work/none.proc"
printf 'step "Stop" { on nowhere { } }\n' >"$work/wrong.proc"
expect 3 'nothing was sent' "$procrun" plan "$work/wrong.proc"
expect 0 'changes-since-last' "$procrun" plan --help
expect 0 'plan' "$procrun" --help

# A sudo that lets nothing through, and never runs what it is asked about: the missing line is told, and no action is taken for allowed.
mkdir "$work/bin"
printf '#!/bin/sh\n[ "$1 $2 $3" = "-n -l --" ] || exit 3\necho "sudo: $*" >>"%s"\nexit 1\n' "$work/asked" >"$work/bin/sudo"
chmod 755 "$work/bin/sudo"
cat >"$work/reboot.proc" <<P
host narrow { address "127.0.0.1"  via local  become sudo }
step "Restart" {
  on narrow { machine.reboot()  within 1m }
}
P
expect 11 'ACCOUNT ALL=(root) NOPASSWD: /usr/sbin/shutdown -r now' env PATH="$work/bin:$PATH" "$procrun" plan "$work/reboot.proc"
[[ $(<"$work/asked") == 'sudo: -n -l -- shutdown -r now' ]] || fail "sudo was asked: $(cat "$work/asked")"
printf '#!/bin/sh\nexit 0\n' >"$work/bin/sudo"
expect 10 '1 would change' env PATH="$work/bin:$PATH" "$procrun" plan "$work/reboot.proc"

# Every item is one JSON object on one line; the last has the totals.
"$procrun" plan procedures/jtel/failover.proc --json >"$work/json" 2>/dev/null
(($? == 10)) || fail 'the exit code of --json'
python3 -c 'import json, sys
items = [json.loads(line) for line in open(sys.argv[1])]
assert items[-1]["kind"] == "plan ended" and items[-1]["exit_code"] == 10, items[-1]
assert items[-1]["would_change"] == sum(i.get("outlook") == "would change" for i in items), items[-1]
assert all(i["outlook"] != "would change" or i.get("command") for i in items[:-1])' "$work/json" || fail 'the JSON of a plan'

# A connection of DRBD decides who overwrites whom: told before.
cat >"$work/connect.proc" <<'EOF'
site "by hand"
fact drbd: list of text
host store1 { os linux  via simulated  drbd ["r0"] }
host store2 { os linux  via simulated  drbd ["r0"] }
scene "alone" = "store1: drbd standalone"
needs scene "alone"
step "Again" { on store1 { drbd.connect("r0", peer_unchanged: true)  within 2m } }
EOF
expect 10 'then the peer gets what was written here since the connection ended' "$procrun" plan "$work/connect.proc"
grep -qF 'DRBD ends the connection again and throws nothing away' "$work/out" || fail "its policy is not told: $(cat "$work/out")"

# The nightly check: the first plan is whole, the second says nothing, a change is said once.
rm -f "$work/mark"
nightly=("$procrun" plan "$work/touch.proc" --changes-since-last)
expect 10 'no earlier plan to compare with' "${nightly[@]}"
expect 0 '' "${nightly[@]}"
touch "$work/mark"
expect 10 'differs from the one before' "${nightly[@]}"
grep -qF 'not in the plan any more' "$work/out" || fail "the difference is not named: $(cat "$work/out")"
expect 0 '' "${nightly[@]}"
mode=$(stat -c %a "$XDG_STATE_HOME/procrun/journal.db")
[[ $mode == 600 ]] || fail "the file with the plans has mode $mode"

# The units that docs/plan.md shows are the shipped ones, and their command is one that procrun understands.
for unit in procrun-drift@.service procrun-drift@.timer; do
    [[ -f examples/systemd/$unit ]] || { fail "no $unit"; continue; }
    while IFS= read -r line; do
        [[ -z $line || $line == '#'* ]] || grep -qF -- "$line" docs/plan.md || fail "docs/plan.md lacks the line of $unit: $line"
    done <"examples/systemd/$unit"
done
command=$(sed -n 's/^ExecStart=//p' examples/systemd/procrun-drift@.service)
[[ $command == *' plan '*' --changes-since-last'* ]] || fail "the service does not look for drift: $command"
for word in already\ so would\ change known\ only\ after cannot\ tell would\ be\ refused; do
    grep -qi -- "$word" docs/plan.md || fail "docs/plan.md does not explain: $word"
done

((failures == 0)) && echo 'all as expected'
exit $((failures > 0))
