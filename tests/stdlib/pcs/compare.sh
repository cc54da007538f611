#!/usr/bin/env bash
# compare.sh READER: compare.py on the configurations in states/, by hand, where Pacemaker's tools are on the machine; and that it finds
# what is wrong. READER is the program read_crm_mon.
set -euo pipefail
reader=$1
here=$(dirname "${BASH_SOURCE[0]}")
part="Pacemaker's scheduler"
for tool in crm_mon crm_resource crm_simulate; do
    command -v "$tool" >/dev/null && continue
    echo "skipped: $part: there is no $tool (Debian: pacemaker-cli-utils)"
    [[ -z ${CI:-} || -n ${PROCRUN_MAY_SKIP:-} ]]
    exit
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0
fail() {
    echo "FAILED: $1"
    failed=1
}

"$here/compare.py" "$reader" "$here/states" "$scratch/kept" >"$scratch/told" || fail "the reader and Pacemaker do not agree"
for expected in "10 states (0 that Pacemaker's tools did not render)" "52 questions, 39 answered, 0 wrong" \
    "locations not told for no reason: 0" "false, and nothing to do: 0" "| true | 5 | 0 |"; do
    grep -qF "$expected" "$scratch/told" || fail "not told: $expected"
done

# A reader that takes one node for the other, and one that calls what is at rest unsettled.
liar() {  # SED-SCRIPT
    printf '#!/bin/sh\n"%s" "$@" | sed %q\n' "$reader" "$1" >"$scratch/liar"
    chmod +x "$scratch/liar"
    ! "$here/compare.py" "$scratch/liar" "$here/states" "$scratch/kept" >"$scratch/lies" || fail "not found: $1"
}
liar 's/"vip":{"node":"store2"}/"vip":{"node":"store1"}/'
liar 's/"unsettled":\[\]/"unsettled":["vip is Stopped"]/'
# Nor is a node that is lost a location, though crm_resource names it.
liar 's/"vip":{"untold":"[^"]*lost[^"]*"}/"vip":{"node":"store1"}/'
# What crm_resource could not answer is nothing to compare with.
mkdir "$scratch/bad"
sed 's/<primitive id="fs"/<nonsense id="fs"/' "$here/states/healthy.xml" >"$scratch/bad/refused.xml"
"$here/compare.py" "$reader" "$scratch/bad" "$scratch/kept" >"$scratch/none" || fail "a configuration that is refused was compared"
grep -qF "0 questions" "$scratch/none" || fail "a configuration that is refused was compared"

((failed)) && cat "$scratch/told"
((failed)) || echo "ran: $part"
exit "$failed"
