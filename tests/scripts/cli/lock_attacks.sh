#!/usr/bin/env bash
# What another user of a lock host can put in the way of the lock: nothing of it is believed, read, written to or deleted.
set -uo pipefail
procrun=$1
if ((EUID != 0)) || ! unshare -m true 2>/dev/null; then
    echo "skipped: lock_attacks: needs root and a mount namespace"
    [[ -z ${CI-} ]]
    exit
fi
source "$(dirname "$0")/../own_lock_place.bash"
work=$(mktemp -d /tmp/lock_attacks.XXXXXX)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work/state NO_COLOR=1
unset SUDO_USER
failures=0
eve=65534
as_eve() { setpriv --reuid=$eve --regid=$eve --clear-groups -- sh -c "cd /var/tmp && umask 022 && $1"; }

fail() {
    printf 'FAILED: %s\n' "$1"
    sed 's/^/  | /' "$work/out"
    ((++failures))
}

# expect CODE "WORDS" COMMAND…: the exit code, words that the output must have, and an end in a time
expect() {
    local code=$1 words=$2
    shift 2
    timeout 60 "$@" >"$work/out" 2>&1 </dev/null
    local got=$?
    ((got == code)) && grep -qF -- "$words" "$work/out" || fail "$* in '$planted': expected exit $code and: $words, got exit $got and:"
}

cat >"$work/site.proc" <<P
site "lock attacks"
host a1 { address "127.0.0.1"  via local }
lock a1
P
cat >"$work/touch.proc" <<P
step "Touch" { on a1 { shell.action("touch $work/done") } }
P
cat >"$work/slow.proc" <<P
step "Begin" { on a1 { shell.action("touch $work/begun") } }
step "Wait" { wait_until shell.succeeds("test -e $work/go") on a1  within 10m  every 100ms }
P
printf '"The run must be over*" = %s\n' "$(id -un)" >"$work/yes"
lock=/var/tmp/procrun-lock
precious=$work/precious
chmod 755 "$work"

# plant "COMMANDS" "WHAT": eve's; a run is refused, nothing is deleted, nothing of root's is touched
plant() {
    planted=$1
    mkdir -p "$precious" && echo kept >"$precious/a" && cp "$precious/a" "$precious/token"
    as_eve "$1"
    local before
    before=$(ls -lR --time-style=+ /var/tmp)
    rm -f "$work/done"
    expect 7 "$2 of nobody (uid $eve)" "$procrun" "$work/touch.proc" --site "$work/site.proc"
    grep -qF 'Nothing was sent' "$work/out" || fail "the run does not say that nothing was sent"
    grep -qF 'lock release' "$work/out" && fail "the run says that a release helps"
    expect 7 "in the way, and no lock of this user's: $lock" "$procrun" lock status "$work/site.proc"
    expect 7 '"lock":"obstacle"' "$procrun" lock status "$work/site.proc" --json
    expect 1 "not released" "$procrun" lock release "$work/site.proc" --answers "$work/yes"
    [[ ! -e $work/done ]] || fail "the run has acted in '$1'"
    [[ $(cat "$precious/a" "$precious/token") == $'kept\nkept' ]] || fail "$precious was written to"
    [[ $(ls -lR --time-style=+ /var/tmp) == "$before" ]] || fail "$lock is not as it was"
    rm -rf /var/tmp/* "$precious"
}
plant "ln -s $precious procrun-lock" "a symbolic link"
plant "ln -s /nowhere procrun-lock" "a symbolic link"
plant "mkdir procrun-lock && ln -s $precious/a procrun-lock/token" "a directory"
plant "mkdir procrun-lock && mkfifo procrun-lock/token" "a directory"
plant "mkdir procrun-lock && mkfifo procrun-lock/token && printf 'holder x\n' >procrun-lock/b" "a directory"
plant "mkdir procrun-lock && truncate -s 100G procrun-lock/token" "a directory"
plant "mkdir procrun-lock && printf 'holder root\nmachine x\nprocedure y\n' >procrun-lock/token" "a directory"
plant "mkdir -m 777 procrun-lock" "a directory"
plant "mkdir -m 000 procrun-lock" "a directory"
plant "mkdir procrun-lock" "a directory"
plant "printf x >procrun-lock" "a file"
plant "mkfifo procrun-lock" "a file"

# Swapped between any two commands, for as long as the runs go on: whatever they make of it, nothing is deleted or written through it.
planted="a link that comes and goes"
mkdir -p "$precious" && for name in a b token; do echo kept >"$precious/$name"; done
touch /var/tmp/go-on
as_eve 'while test -e go-on; do ln -s '"$precious"' procrun-lock; rm procrun-lock; mkdir procrun-lock; rmdir procrun-lock; done' 2>/dev/null &
swapper=$!
for _ in 1 2 3 4 5; do
    timeout 60 "$procrun" "$work/touch.proc" --site "$work/site.proc" >"$work/out" 2>&1 </dev/null
    timeout 60 "$procrun" lock release "$work/site.proc" --answers "$work/yes" >"$work/out" 2>&1 </dev/null
done
rm /var/tmp/go-on
wait "$swapper"
[[ $(cat "$precious"/*) == $'kept\nkept\nkept' && $(ls "$precious" | wc -l) == 3 ]] || fail "something was changed through the link"
rm -rf /var/tmp/* "$precious"

# A lock that was killed, and what its owner leaves of it: only root reads the token.
begin() {
    rm -f "$work/go"
    "$procrun" "$work/slow.proc" --site "$work/site.proc" --on-failure keep >"$work/first" 2>&1 </dev/null &
    runner=$!
    until grep -qs 'Step 2' "$work/first"; do
        kill -0 "$runner" || { cat "$work/first"; exit 1; }
        read -rt 0.05 <> <(:) || true
    done
}
planted="a run of ours"
begin
for path in "$lock" "$lock"/*; do
    [[ $(stat -c %A "$path") == ?rw*------ ]] || fail "$path has the mode $(stat -c %A "$path")"
done
as_eve "ls procrun-lock || mv procrun-lock mine || rm -rf procrun-lock" >"$work/out" 2>&1 && fail "eve gets at the lock"
# Another site file over the same host, whatever it calls itself, is kept out; one that declares an id is not.
sed 's/lock attacks/another name/' "$work/site.proc" >"$work/other.proc"
expect 7 "the site is locked: $(id -un)" "$procrun" "$work/touch.proc" --site "$work/other.proc"
sed 's/^lock a1/lock a1 as "other-2"/; s/lock attacks/a site of its own/' "$work/site.proc" >"$work/own.proc"
expect 0 "completed" "$procrun" "$work/touch.proc" --site "$work/own.proc"
# A place that is prepared later does not hide it.
install -d -m 2770 -o root -g daemon /var/lib/procrun
expect 7 "$lock says" "$procrun" "$work/touch.proc" --site "$work/site.proc"
kill -9 "$runner"
wait "$runner" 2>/dev/null
touch "$work/go"
expect 0 "this run's own lock was still on a1" "$procrun" resume "$("$procrun" history | awk '/no end was written/ { print $1; exit }')"
expect 0 "a1: free" "$procrun" lock status "$work/site.proc"

# There, nobody else can be in the way.
as_eve "ln -s /etc procrun-lock; mkdir procrun-lock-lock-attacks"
planted="a prepared place"
begin
lock=/var/lib/procrun/procrun-lock
expect 7 "$lock says" "$procrun" "$work/touch.proc" --site "$work/site.proc"
for path in "$lock" "$lock"/*; do
    [[ $(stat -c '%A %G' "$path") == *"--- daemon" ]] || fail "$path has $(stat -c '%A %G' "$path")"
done
touch "$work/go"
wait "$runner" || fail "the run in the prepared place ends with $?"
[[ $(ls -A /var/lib/procrun) == procrun-last ]] || fail "in /var/lib/procrun is left: $(ls -A /var/lib/procrun)"
for path in /var/lib/procrun/procrun-last /var/lib/procrun/procrun-last/*; do
    [[ $(stat -c '%A %G' "$path") == *"--- daemon" ]] || fail "$path has $(stat -c '%A %G' "$path")"
done
chmod 777 /var/lib/procrun
expect 7 "/var/lib/procrun is a directory that everybody can write to, of root" "$procrun" "$work/touch.proc" --site "$work/site.proc"
rm -rf /var/lib/procrun /var/tmp/*

# Left by procrun as it was before.
planted="an old lock"
mkdir -m 755 /var/tmp/procrun-lock-lock-attacks
printf 'holder old\nmachine m\nsince s\nprocedure p\nmessage \n' >/var/tmp/procrun-lock-lock-attacks/abc-1
expect 7 "the site is locked: old on m runs p" "$procrun" "$work/touch.proc" --site "$work/site.proc"
printf '"The run must be over*" = old\n' >"$work/old"
expect 0 "a1: released" "$procrun" lock release "$work/site.proc" --answers "$work/old"
expect 0 "completed" "$procrun" "$work/touch.proc" --site "$work/site.proc"
[[ $(ls -A /var/tmp) == procrun-last ]] || fail "in /var/tmp is left: $(ls -A /var/tmp)"
rm -rf /var/tmp/*

# What is remembered of runs. Others can keep it from being written, which is told; nothing of theirs is believed, and no action waits for it.
records=(procrun-last procrun-newest)
for planted in "ln -s $precious NAME" "mkdir NAME && ln -s $precious/a NAME/newest" "mkdir -m 777 NAME" "mkfifo NAME" \
    "mkdir NAME && mkfifo NAME/newest" "mkdir NAME && truncate -s 100G NAME/newest" "mkdir -m 755 NAME && echo 9999999999 >NAME/newest"; do
    mkdir -p "$precious" && echo kept >"$precious/a" && cp "$precious/a" "$precious/newest"
    for name in "${records[@]}"; do as_eve "${planted//NAME/$name}"; done
    rm -f "$work/done"
    expect 0 "of nobody (uid $eve)" "$procrun" "$work/touch.proc" --site "$work/site.proc"
    [[ -e $work/done ]] || fail "the run has not acted in '$planted'"
    [[ $(cat "$precious/a" "$precious/newest") == $'kept\nkept' && $(ls "$precious" | wc -l) == 2 ]] || fail "$precious was written to"
    rm -rf /var/tmp/* "$precious"
done
# A record of ours is for its owner only.
planted="a run that was killed"
begin
kill -9 "$runner"
wait "$runner" 2>/dev/null
touch "$work/go"
expect 0 "completed" "$procrun" resume "$("$procrun" history | awk '/no end was written/ { print $1; exit }')"
for path in /var/tmp/procrun-last /var/tmp/procrun-last/* /var/tmp/procrun-newest /var/tmp/procrun-newest/*; do
    [[ $(stat -c %A "$path") == ?rw*------ ]] || fail "$path has the mode $(stat -c %A "$path")"
done
grep -q '^ended completed' /var/tmp/procrun-last/newest || fail "the record says $(cat /var/tmp/procrun-last/newest)"

((failures == 0))
