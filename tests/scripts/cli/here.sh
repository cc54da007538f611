#!/usr/bin/env bash
# `on here`, the machine that procrun runs on: read, acted on, planned, rehearsed, typed, shown, gone back on by another process. With a
# site that says what it is, and without one.
set -uo pipefail
procrun=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work/home XDG_STATE_HOME=$work/state NO_COLOR=1
mkdir -p "$HOME"
cd "$work" || exit 1
failures=0
fail() { echo "FAILED: $*"; ((++failures)); }
expect() { # CODE WORDS COMMAND…
    local code=$1 words=$2 got
    shift 2
    "$@" >out 2>&1 </dev/null
    got=$?
    ((got == code)) || fail "$*: exit $got, expected $code: $(cat out)"
    [[ $(<out) == *"$words"* ]] || fail "$*: no «$words» in: $(cat out)"
}

# Nobody says what this machine is.
cat >mark.proc <<P
fact role: text
fact rack: int = 7

require shell.succeeds("test -d $work") on here
step "Leave a mark" {
  on here {
    shell.action("touch $work/mark")
      done_when shell.succeeds("test -e $work/mark")
      undo shell.action("rm $work/mark")
    note "\${host.name} at \${host.address}, rack \${host.rack}, role \${host.role}"
  }
}
P
expect 0 ': OK (' "$procrun" check mark.proc
expect 0 'from here' "$procrun" show mark.proc
expect 10 'would change' "$procrun" plan mark.proc
[[ ! -e mark ]] || fail 'a plan has acted'
expect 0 'here at 127.0.0.1, rack 7, role unknown' "$procrun" mark.proc
[[ -e mark ]] || fail 'nothing was done here'
expect 0 'already so' "$procrun" plan mark.proc
expect 0 'touch' "$procrun" history 1
# In a rehearsal nothing is done here.
rm mark
expect 0 'no real host is contacted' "$procrun" rehearse mark.proc
[[ ! -e mark ]] || fail 'a rehearsal has acted'
echo 'step "Look" { on here { require shell.succeeds("true") } }' >look.proc
expect 0 'completed' "$procrun" rehearse look.proc

# Taken back by another process, which knows the machine by its name.
cat >stuck.proc <<P
step "Two marks" {
  on here {
    shell.action("touch $work/first")  undo shell.action("rm $work/first")
    shell.action("false")
  }
}
P
"$procrun" --on-failure keep stuck.proc >out 2>&1 </dev/null
[[ -e first ]] || fail "the first mark was not kept: $(cat out)"
run=$(sed -n 's/^to undo what is pending: procrun undo //p' out)
expect 0 'undone: 1 of 1' "$procrun" undo "$run"
[[ ! -e first ]] || fail 'undo has left the first mark'

# The prompt, without a site. What acts needs a yes, which nobody gives here.
printf '%s\n' 'shell.query("echo typed").line(1) on here' 'define two(): int = shell.query("echo 2").as_int()' 'two() on here + 40' |
    "$procrun" repl >out 2>&1
[[ $(<out) == *'"typed"'* && $(<out) == *42* ]] || fail "the prompt: $(cat out)"

# A site that has this machine.
printf 'site "with me"\nfact rack: int\nhost me { via local  rack 3 }\nhost other { address "192.0.2.1"  rack 4 }\n' >site.proc
echo 'step "Me" { on here { note "${host.name}, rack ${host.rack}: ${shell.query("echo said").line(1)}" } }' >me.proc
expect 0 'me, rack 3: said' "$procrun" me.proc
expect 0 'me, rack 3' "$procrun" rehearse me.proc

# Side by side it is one machine, whatever it is called.
echo 'step "Both" { parallel { on here { shell.action("true") }  on me { shell.action("true") } } }' | tr -s ' ' | sed 's/} on me/}\n on me/' >both.proc
expect 3 'E0526' "$procrun" check both.proc
rm site.proc
printf 'parallel {\n  on here { shell.action("true") }\n  on here { shell.action("true") }\n}\n' >both.proc
expect 3 'E0526' "$procrun" check both.proc

exit $((failures > 0))
