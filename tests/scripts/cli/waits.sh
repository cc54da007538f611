#!/usr/bin/env bash
# Nothing is waited for without an end: what is not a file where one is meant, pipes that say nothing, commands that do not end, a journal
# that another program keeps. Each is refused at once, has a limit, or hears a signal.
set -uo pipefail
procrun=$(realpath "$1")
work=$(mktemp -d)
children=()
trap '((${#children[@]} == 0)) || kill -9 "${children[@]}" 2>/dev/null; rm -rf "$work"' EXIT
export HOME=$work/home XDG_STATE_HOME=$work/state NO_COLOR=1
mkdir -p "$HOME"
cd "$work" || exit 1
failures=0
fail() { echo "FAILED: $*"; ((++failures)); }
# expect CODE WORDS COMMAND…: two minutes are for ever, even on a busy machine.
expect() {
    local code=$1 words=$2 got
    shift 2
    timeout -k 1 120 "$@" >out 2>&1 </dev/null
    got=$?
    ((got == code)) || fail "$*: exit $got, expected $code: $(head -c 2000 out)"
    grep -qF -- "$words" out || fail "$*: no «$words» in: $(head -c 2000 out)"
}
appears() { # FILE, or words in it
    local end=$((SECONDS + 120))
    until [[ -e $1 ]] && { [[ -z ${2-} ]] || grep -qsF -- "$2" "$1"; }; do
        ((SECONDS < end)) || { fail "in vain: $*"; return 1; }
        read -rt 0.05 <> <(:) || true
    done
}

mkfifo fifo
mkdir folder
ln -s /dev/zero endless
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
cat >ask.proc <<'P'
host me { via local }
step "Ask" { confirm "may it be?" }
P
echo 'note "nothing"' >note.proc

for kind in 'fifo:a FIFO' 'folder:a directory' 'socket:a socket' 'endless:a device'; do
    path=${kind%%:*}
    words="it is ${kind#*:}, and a file is expected"
    expect 2 "$words" "$procrun" check "$path"
    expect 2 "$words" "$procrun" "$path"
    expect 2 "$words" "$procrun" fmt "$path"
    expect 2 "$words" "$procrun" ask.proc --answers "$path"
    expect 3 "the site \`$path\` cannot be read: $words" "$procrun" check note.proc --site "$path"
    printf 'import "%s"\nnote "x"\n' "$path" >imports.proc
    expect 3 "\`$path\` cannot be read: $words" "$procrun" check imports.proc
    mkdir -p "beside-$path"
    cp note.proc "beside-$path"
    ln -s "../$path" "beside-$path/site.proc"
    expect 3 "cannot be read: $words" "$procrun" check "beside-$path/note.proc"
    expect 8 "$words" "$procrun" history --journal "$path"
    expect 8 "$words" "$procrun" note.proc --journal "$path"
    printf 'host me { via local }\nsecret pw from file "%s"\nstep "Act" { on me { shell.action("cat >/dev/null", input: pw) } }\n' "$work/$path" >secret.proc
    expect 3 "$words" "$procrun" secret.proc
done

# A pipe that is given is read; who gives nothing is not waited for longer than a signal takes.
expect 0 ': OK (' bash -c "'$procrun' check <(cat note.proc)"
expect 0 'completed' bash -c "'$procrun' ask.proc --answers <(echo '\"may it be?\" = yes')"
mkfifo never
for signal in TERM INT; do
    bash -c "exec -a procrun '$procrun' check <(echo >'$work/asked.$signal'; exec cat '$work/never')" >out 2>&1 </dev/null &
    reader=$!
    children+=("$reader")
    appears "asked.$signal"
    kill -"$signal" "$reader" 2>/dev/null
    [[ $signal != INT ]] || kill -TERM "$reader" 2>/dev/null  # in the background of a script SIGINT is ignored
    timeout 60 tail --pid="$reader" -f /dev/null || fail "SIG$signal: it goes on waiting for a pipe"
done
exec 9<>never
exec 9>&-

# A command for a secret ends with the run that wants it, and what it has started ends with it.
cat >slow.proc <<P
host me { via local }
secret pw from command "echo \$\$ >$work/pid.new; mv $work/pid.new $work/pid; sleep 300; echo too late"
step "Act" { on me { shell.action("touch $work/acted", input: pw) } }
P
"$procrun" slow.proc >slow.out 2>&1 </dev/null &
runner=$!
children+=("$runner")
appears pid
group=$(cat pid)
kill -TERM "$runner"
timeout 60 tail --pid="$runner" -f /dev/null || fail 'SIGTERM is not heard while a command for a secret runs'
wait "$runner"
code=$?
((code == 5)) || fail "interrupted, it ends with $code: $(cat slow.out)"
grep -q 'interrupted; it was ended' slow.out || fail "it does not say why: $(cat slow.out)"
[[ ! -e acted ]] || fail 'it has acted without its secret'
# One that has ended and that init has not yet asked about runs no more.
left=$(ps -eo pgid=,stat=,args= | awk -v group="$group" '$1 == group && $2 !~ /^Z/')
[[ -z $left ]] || fail "the command for the secret was left running: $left"

# A journal that another program keeps: who that may be is said.
"$procrun" note.proc --journal kept.db >/dev/null 2>&1
python3 - "$work" <<'P' &
import sqlite3, sys, time
journal = sqlite3.connect(f"{sys.argv[1]}/kept.db", isolation_level=None)
journal.execute("BEGIN EXCLUSIVE")
open(f"{sys.argv[1]}/kept", "w").close()
time.sleep(600)
P
keeper=$!
children+=("$keeper")
appears kept
expect 8 "process $keeper (python" "$procrun" note.proc --journal kept.db
expect 8 'has had it locked for more than 10 s' "$procrun" note.proc --journal kept.db
kill -9 "$keeper"
wait "$keeper" 2>/dev/null
expect 0 'completed' "$procrun" note.proc --journal kept.db

exit $((failures > 0))
