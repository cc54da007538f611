#!/usr/bin/env bash
# What ships is canonical: procedures, examples, and the programs in the documents. And how `procrun fmt` treats files.
set -uo pipefail
procrun=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fail() {
    printf 'FAILED: %s\n' "$*"
    failures=1
}
says() { [[ $(cat "$work/out") == *"$1"* ]] || fail "expected '$1' in: $(cat "$work/out")"; }

mapfile -t shipped < <(find procedures examples -name '*.proc' | sort)
((${#shipped[@]} > 20)) || fail "only ${#shipped[@]} shipped files were found"
"$procrun" fmt --check "${shipped[@]}" || fail 'shipped files are not canonical: procrun fmt writes them so'

# Blocks of the documents: those tagged `proc`, `proc part` and `proc site`.
for document in README.md docs/*.md; do
    awk -v out="$work/$(basename "$document")" '
        /^```proc/ { n++; file = out "." n ".proc"; printf "" > file; inside = 1; next }
        /^```/ { inside = 0 }
        inside { print > file }' "$document"
done
blocks=("$work"/*.md.*.proc)
((${#blocks[@]} > 10)) || fail "only ${#blocks[@]} blocks were found"
for block in "${blocks[@]}"; do
    "$procrun" fmt --check "$block" >"$work/out" 2>&1 || { fail "$(basename "$block") of the documents"; cat "$work/out"; }
done

# A file is rewritten as a whole, through a link, and keeps its mode.
untidy=$'step   "a" {\nnote "b" }\n'
tidy=$'step "a" {\n  note "b"\n}\n'
mkdir "$work/real"
printf '%s' "$untidy" >"$work/real/a.proc"
chmod 640 "$work/real/a.proc"
ln -s real/a.proc "$work/link.proc"
"$procrun" fmt --check "$work/link.proc" >"$work/out" && fail '--check accepts an untidy file'
says 'link.proc: not formatted'
says '-note "b" }'
says '+  note "b"'
[[ $(cat "$work/real/a.proc") == "${untidy%$'\n'}" ]] || fail '--check has written'
"$procrun" fmt "$work/link.proc" >"$work/out" || fail 'formatting failed'
says 'link.proc: formatted'
[[ -L $work/link.proc && $(cat "$work/real/a.proc") == "${tidy%$'\n'}" ]] || fail 'the file behind the link was not written'
[[ $(stat -c %a "$work/real/a.proc") == 640 ]] || fail 'the mode was lost'
[[ $(ls "$work/real") == a.proc ]] || fail 'something was left beside the file'
"$procrun" fmt "$work/link.proc" >"$work/out" && [[ ! -s $work/out ]] || fail 'a canonical file is spoken of'

# From standard input for editors.
printf '%s' "$untidy" | "$procrun" fmt - >"$work/out" || fail 'standard input is not formatted'
[[ $(cat "$work/out") == "${tidy%$'\n'}" ]] || fail "standard input became: $(cat "$work/out")"
printf '%s' "$untidy" | "$procrun" fmt --check - >/dev/null
(($? == 1)) || fail '--check of untidy standard input'

# A syntax error: said, and nothing is touched; other files are done all the same.
printf 'step "a" {\n   note\n}\n' >"$work/wrong.proc"
printf '%s' "$untidy" >"$work/right.proc"
"$procrun" fmt "$work/wrong.proc" "$work/right.proc" >"$work/out" 2>&1
(($? == 3)) || fail 'a file with a syntax error is not refused'
says 'wrong.proc:2'
says 'left as it is'
[[ $(cat "$work/wrong.proc") == $'step "a" {\n   note\n}' ]] || fail 'a file with a syntax error was touched'
[[ $(cat "$work/right.proc") == "${tidy%$'\n'}" ]] || fail 'the other file was not formatted'
printf 'step   "a" {\n' | "$procrun" fmt - >"$work/out" 2>/dev/null
(($? == 3)) && [[ $(cat "$work/out") == 'step   "a" {' ]] || fail 'a standard input with a syntax error does not pass as it is'
"$procrun" fmt "$work/none.proc" >"$work/out" 2>&1
(($? == 2)) || fail 'a missing file'
says 'No such file'

exit $failures
