#!/usr/bin/env bash
# busy.sh [-n TIMES] [-l LOAD] BUILD SUITE…: runs each suite of the build folder TIMES times (20) beside LOAD loops that do nothing but
# take time (6), and tells what came of it in a table. Without a SUITE: all that wait for time or for processes, which have the label
# `waits`. Fails where one has failed; how, is in BUILD/busy/SUITE.N.
set -uo pipefail
times=20 load=6
while getopts n:l: option; do
    case $option in
    n) times=$OPTARG ;;
    l) load=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
build=${1:?"usage: busy.sh [-n TIMES] [-l LOAD] BUILD SUITE…"}
shift
suites=("$@")
((${#suites[@]})) || mapfile -t suites < <(ctest --test-dir "$build" -N -L '^waits$' | sed -n 's/^ *Test *#[0-9]*: //p')
((${#suites[@]})) || { echo "busy: $build has no suite with the label waits" >&2; exit 2; }
mkdir -p "$build/busy"

loops=()
finish() { ((${#loops[@]} == 0)) || kill "${loops[@]}" 2>/dev/null; }
trap finish EXIT
trap 'exit 130' INT TERM
here=$$
for ((i = 0; i < load; ++i)); do
    # Each looks now and then whether we are still there: killed by force, we leave none of them.
    (trap - EXIT INT TERM; while kill -0 "$here" 2>/dev/null; do for ((j = 0; j < 100000; ++j)); do :; done; done) &
    loops+=($!)
done

printf '%-24s %5s %9s %10s\n' suite runs failures slowest
worst=0
for suite in "${suites[@]}"; do
    failures=0 slowest=0
    for ((run = 1; run <= times; ++run)); do
        log=$build/busy/$suite.$run
        begun=$SECONDS
        if ctest --test-dir "$build" -R "^$suite\$" --no-tests=error --output-on-failure >"$log" 2>&1; then
            rm -f "$log"
        else
            ((++failures))
        fi
        took=$((SECONDS - begun))
        ((took <= slowest)) || slowest=$took
    done
    ((failures == 0)) || worst=1
    printf '%-24s %5d %9d %9ds\n' "$suite" "$times" "$failures" "$slowest"
done
exit "$worst"
