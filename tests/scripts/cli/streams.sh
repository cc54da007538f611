#!/usr/bin/env bash
# Standard output and standard error that cannot be written: closed, on a full disk, beyond a limit of size, with a reader that has gone.
# No run ends because of that, and none ends otherwise; a command that is for its output has failed, and says so where it can.
set -uo pipefail
procrun=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work/state NO_COLOR=1
failures=0
lost='not everything could be written to standard output'

fail() {
    printf 'FAILED: %s\n' "$*"
    ((++failures))
}

# ends CODE WHAT COMMAND…: standard output as it stands where this is called
ends() {
    local code=$1 what=$2
    shift 2
    "$@" 2>"$work/err" </dev/null
    local got=$?
    ((got == code)) || fail "$what: expected exit $code, got $got: $* $(head -c 300 "$work/err")"
}
says() { grep -qF -- "$2" "$work/err" || fail "$1: expected '$2' on standard error, seen: $(head -c 300 "$work/err")"; }

for name in works fails; do
    command=$([[ $name == works ]] && echo true || echo false)
    cat >"$work/$name.proc" <<P
host a1 { address "127.0.0.1"  via local }
param unused: int = 1
step "Look" { require shell.succeeds("$command") on a1 }
P
done
echo 'step "A" { nonsense }' >"$work/broken.proc"
echo 'note   "a"' >"$work/untidy.proc"
"$procrun" "$work/works.proc" >/dev/null 2>&1 || fail 'a run at all'

output() { printf '%s\n' "check $work/works.proc" "plan $work/works.proc" "show $work/works.proc" "docs" "docs drbd" "explain E0201" "history" \
    "history 1" "history --json" "report" "report --html" "report --json" "fmt --check $work/untidy.proc" "fmt -" "--help" "--version" "plan --json $work/works.proc"; }

# What they are for is lost: they say so, and their exit code is not 0.
while read -r words; do
    # shellcheck disable=SC2086 # words, on purpose
    "$procrun" $words >/dev/full 2>"$work/err" <"$work/untidy.proc"
    got=$?
    ((got != 0 && got < 70)) || fail "a full disk: $words: exit $got"
    says "a full disk: $words" "$lost"
    says "a full disk: $words" 'No space left on device'
    # shellcheck disable=SC2086
    "$procrun" $words >&- 2>"$work/err" <"$work/untidy.proc"
    got=$?
    ((got != 0 && got < 70)) || fail "closed: $words: exit $got"
    says "closed: $words" "$lost"
    # Nobody can be told: the exit code still tells.
    # shellcheck disable=SC2086
    "$procrun" $words >/dev/full 2>/dev/full <"$work/untidy.proc"
    got=$?
    ((got != 0 && got < 70)) || fail "both full: $words: exit $got"
done < <(output)

# A reader that has gone before anything is written, and one that goes after a line.
for reader in 'exec true' 'head -1 >/dev/null'; do
    (sleep 0; "$procrun" docs 2>"$work/err"; echo $? >"$work/code") | sh -c "$reader"
    (($(<"$work/code") == 1)) || fail "a reader that has gone ($reader): docs ends with $(<"$work/code")"
    says "a reader that has gone ($reader)" "$lost"
done
(ulimit -f 1; "$procrun" docs >"$work/docs" 2>"$work/err"; echo $? >"$work/code")
(($(<"$work/code") == 1)) || fail "a limit of size: docs ends with $(<"$work/code")"
says 'a limit of size' 'File too large'

# Standard error: a check whose findings nobody could read has not been one; where there is nothing to say nothing is lost.
for stream in /dev/full closed; do
    if [[ $stream == closed ]]; then exec 9>&-; else exec 9>"$stream"; fi
    ends_with() {
        local code=$1
        shift
        if [[ $stream == closed ]]; then "$@" >/dev/null 2>&-; else "$@" >/dev/null 2>"$stream"; fi
        local got=$?
        ((got == code)) || fail "standard error $stream: expected exit $code, got $got: $*"
    }
    ends_with 1 "$procrun" check "$work/works.proc" # its parameter is unused: a warning
    ends_with 3 "$procrun" check "$work/broken.proc"
    ends_with 0 "$procrun" explain E0201
    ends_with 0 "$procrun" history
    ends_with 2 "$procrun" check "$work/there-is-none.proc"
    ends_with 2 "$procrun" --nonsense
    # Runs
    ends_with 0 "$procrun" "$work/works.proc"
    ends_with 1 "$procrun" "$work/fails.proc"
    ends_with 3 "$procrun" "$work/broken.proc"
    ends_with 2 "$procrun" run "$work/there-is-none.proc"
    ends_with 0 "$procrun" --json "$work/works.proc"
done
exec 9>&-

# Runs: their exit code is that of what they did, whoever could read of it, and the journal has all of it.
for json in '' --json; do
    for run in '0 works' '1 fails'; do
        read -r code name <<<"$run"
        # shellcheck disable=SC2086
        ends "$code" "a full disk $json" "$procrun" $json "$work/$name.proc" >/dev/full
        says "a full disk $json" "$lost"
        says "a full disk $json" 'procrun history'
        # shellcheck disable=SC2086
        ends "$code" "closed $json" "$procrun" $json "$work/$name.proc" >&-
        # shellcheck disable=SC2086
        "$procrun" $json "$work/$name.proc" >&- 2>&- <&-
        got=$?
        ((got == code)) || fail "all three closed $json: expected exit $code, got $got"
        # shellcheck disable=SC2086
        (sleep 0; "$procrun" $json "$work/$name.proc" 2>/dev/null; echo $? >"$work/code") | true
        (($(<"$work/code") == code)) || fail "a reader that has gone $json: expected exit $code, got $(<"$work/code")"
    done
done
"$procrun" history >"$work/out" || fail 'the journal is whole'
"$procrun" history --json | python3 -c 'import json, sys; assert all(json.loads(line)["end"] for line in sys.stdin)' || fail 'every run has its end'

# The journal is not a stream: where it cannot be written nothing is done.
(ulimit -f 1; "$procrun" "$work/works.proc" --journal "$work/small.db" >/dev/null 2>"$work/err"; echo $? >"$work/code")
(($(<"$work/code") == 8)) || fail "a journal beyond a limit of size: exit $(<"$work/code"): $(<"$work/err")"

# A command of a run has the signals as they were: it dies of them as it would anywhere.
cat >"$work/signals.proc" <<'P'
host a1 { address "127.0.0.1"  via local }
step "Look" {
  require shell.query("sh -c 'kill -XFSZ $$' >/dev/null 2>&1; echo $?").line(1) on a1 != "0"
  require shell.query("sh -c 'kill -PIPE $$' >/dev/null 2>&1; echo $?").line(1) on a1 != "0"
}
P
ends 0 'the signals of a command' "$procrun" "$work/signals.proc" >/dev/null

((failures == 0)) && echo 'all as expected'
exit $((failures > 0))
