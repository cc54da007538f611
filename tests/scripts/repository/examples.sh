#!/usr/bin/env bash
# The examples of docs/stdlib.md are run: all of them are checked, shown, planned and typed at the prompt of a simulated site, and those that
# need no other state than a healthy site's are rehearsed to their end. tests/documents/stdlib/not_to_the_end names the others, so that an
# example that stops going through is seen, and one that begins to.
set -uo pipefail
procrun=$(realpath "$1")
context=$PWD/tests/documents/stdlib
page=$PWD/docs/stdlib.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work/home XDG_STATE_HOME=$work/state NO_COLOR=1
mkdir -p "$HOME"
cd "$work" || exit 1
cp "$context/site.proc" .
failures=0
fail() { printf 'FAILED: %s\n' "$*"; ((++failures)); }

host_of() { # MODULE: a machine of the system that it is about
    case $1 in
    winsvc) echo acd-tel1 ;;
    mysql) echo acd-dbm1 ;;
    haproxy) echo acd-lb1 ;;
    systemd | compose | log | file) echo acd-jb1 ;;
    *) echo acd-store1 ;;
    esac
}

awk '/^### / { name = $2 } /^```proc/ { inside = 1; next } /^```/ { inside = 0 } inside { print > (name ".example") }' "$page"
names=(*.example)
((${#names[@]} > 90)) || fail "only ${#names[@]} examples were found"
for file in "${names[@]}"; do
    name=${file%.example}
    printf 'step "%s" {\n  on %s {\n%s\n  }\n}\n' "$name" "$(host_of "${name%%.*}")" "$(<"$file")" >"$name.step"
done

# One program a module. The prompt gets a step on one line, so that a failed one does not keep the next from being tried; one that acts
# needs a yes, which only a person can give: it is read, checked and left.
for module in $(printf '%s\n' "${names[@]}" | cut -d. -f1 | sort -u); do
    cat "$module".*.step >"$module.proc"
    "$procrun" check "$module.proc" >out 2>&1 || { fail "$module: check" && cat out; }
    "$procrun" show "$module.proc" >out 2>&1 || { fail "$module: show" && cat out; }
    "$procrun" plan --rehearse "$module.proc" >out 2>&1
    got=$?
    ((got == 0 || got == 10 || got == 11)) || { fail "$module: plan ends with $got" && cat out; }
    "$procrun" fmt "$module.proc" >out 2>&1 && "$procrun" fmt --check "$module.proc" >>out 2>&1 || { fail "$module: fmt" && cat out; }
    sed 's/^host .*{/& via simulated /' site.proc >simulated.proc
    "$procrun" repl --site simulated.proc <"$module.proc" >out 2>&1
    got=$?
    ((got == 0)) && ! grep -q 'error\[' out || { fail "$module: the prompt ends with $got" && cat out; }
done

# Each by itself on a healthy site, several at a time.
printf '%s\n' "${names[@]%.example}" | xargs -P 2 -I{} sh -c '
    "$1" rehearse "$2.step" --site site.proc --journal "$2.db" >"$2.out" 2>&1
    echo "$?" >"$2.code"' sh "$procrun" {}
through=0
for name in "${names[@]%.example}"; do
    case $(<"$name.code") in
    0) ((++through)) ;;
    1 | 4) echo "$name" >>not_to_the_end ;;  # it fails there, or is a gap
    *) fail "$name: the rehearsal ends with $(<"$name.code"): $(<"$name.out")" ;;
    esac
done
if [[ -n ${ACCEPT:-} ]]; then sort not_to_the_end >"$context/not_to_the_end"; fi
diff <(sort "$context/not_to_the_end") <(sort not_to_the_end) || fail 'other examples than those that are listed do not go through on a healthy site'
echo "ran: ${#names[@]} examples of the verbs checked, shown, planned and typed; $through rehearsed to their end"
exit $((failures > 0))
