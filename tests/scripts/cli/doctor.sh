#!/usr/bin/env bash
# `procrun doctor`: what was read beside what the machine said, another tool that says so too or does not, what is not reached; the page,
# and the file that can be sent on, which the readers' tests play back. With Pacemaker's own tools on a configuration, and simulated.
set -uo pipefail
procrun=$(realpath "$1")
tests=$(dirname "$procrun")/test_stdlib
source=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work/home XDG_STATE_HOME=$work/state NO_COLOR=1
mkdir -p "$HOME" "$work/lying"
source tests/scripts/cli/expect.bash
seen() { # WORDS: what the last one said
    grep -qF -- "$1" "$work/out" && return
    printf 'FAILED: not told: %s\n' "$1"
    sed 's/^/  | /' "$work/out"
    ((++failures))
}

# Nobody sits, and nobody is there.
cat >"$work/away.proc" <<'P'
host a1 { address "127.0.0.1"  port 1 }
P
expect 1 'not reached: a1' "$procrun" doctor "$work/away.proc"
expect 2 'this site has no hosts' "$procrun" doctor <(echo 'site "empty"')

if command -v crm_mon crm_resource >/dev/null; then
    # Both nodes of a configuration are this machine; what runs where its own scheduler says.
    cat >"$work/site.proc" <<'P'
site "shop of somebody"
host store1 { address "127.0.0.1"  via local }
host store2 { address "127.0.0.2"  via local }
cluster storage { kind pacemaker  nodes [store1, store2]  resource "grp" }
P
    export CIB_file=$source/tests/stdlib/pcs/states/healthy.xml
    expect 0 'everything was read' "$procrun" doctor "$work/site.proc" -o "$work/page.html" --bundle "$work/bundle"
    seen 'pcs.location("grp")'
    seen 'store1  ('
    seen 'crm_resource says the same'
    grep -qF 'what the machine said' "$work/page.html" || { echo 'FAILED: the page has no answers'; ((++failures)); }
    for word in store1 store2 127.0.0. 'shop of'; do
        grep -qF "$word" "$work/bundle" && { echo "FAILED: the bundle names $word"; ((++failures)); }
    done
    # The readers' tests read the same from it.
    if [[ -x $tests ]]; then
        cp "$work/bundle" "$work/sent.fixture"
        (cd "$source" && FIXTURE=$work/sent.fixture ACCEPT=1 "$tests" -tc='every builtin does with recorded*' >/dev/null)
        values() { grep '^= ' "$1" | awk 'length < 100' | grep -vE '^= (list|[a-z]+[.][A-Z][A-Za-z]*)$'; }  # the longer ones have lines of their own
        diff <(values "$work/bundle") <(values "$work/sent.fixture") || { echo 'FAILED: the tests read something else from it'; ((++failures)); }
        (($(values "$work/bundle" | wc -l) > 2)) || { echo 'FAILED: hardly anything was read'; ((++failures)); }
    fi
    # One of two tools is wrong: that is told, and which one is for a person to find out.
    cat >"$work/lying/crm_resource" <<'P'
#!/bin/sh
echo '<pacemaker-result><resources><resource-agent-locate><node state="started">store2</node></resource-agent-locate></resources><status code="0"/></pacemaker-result>'
P
    chmod +x "$work/lying/crm_resource"
    PATH=$work/lying:$PATH expect 1 'two tools disagree' "$procrun" doctor "$work/site.proc"
    seen 'crm_resource says: it runs on store2'
    # What the second tool cannot tell is no disagreement; what needs it is unknown.
    printf '#!/bin/sh\necho "unrecognized option: --output-as"\nexit 64\n' >"$work/lying/crm_resource"
    PATH=$work/lying:$PATH expect 1 'could not be asked' "$procrun" doctor "$work/site.proc"
    export CIB_file=$work/none
    expect 1 'would be unknown tonight' "$procrun" doctor "$work/site.proc"
    unset CIB_file
    echo "ran: Pacemaker's tools"
else
    echo "skipped: Pacemaker's tools: there is no crm_mon (Debian: pacemaker-cli-utils)"
    [[ -z ${CI:-} || -n ${PROCRUN_MAY_SKIP:-} ]] || ((++failures))
fi

# A site of twenty machines, simulated: nothing is changed, and a side that is silent is told beside what the others say.
expect 0 'everything was read' "$procrun" doctor procedures/jtel/site.proc --rehearse
seen 'drbd.status("r0")'
expect 1 'not reached: ' "$procrun" doctor procedures/jtel/site.proc --rehearse --scene "failed-over"

exit $((failures > 0))
