#!/usr/bin/env bash
# docs/cheat-sheet.md: every command and every word of the language stands on it, what it says of commands is so, and it stays short.
set -uo pipefail
procrun=$1
page=docs/cheat-sheet.md
failures=0
fail() {
    printf 'FAILED: %s\n' "$*"
    failures=1
}
text=$(<"$page")
(($(wc -l <"$page") <= 120)) || fail "$page has $(wc -l <"$page") lines: two printed pages are 120"

commands=$("$procrun" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
[[ $commands == *rehearse* ]] || fail "the commands were not found: $commands"
for command in $commands; do
    [[ $text == *"procrun $command "* ]] || fail "$page does not have: procrun $command"
done

# An option is one of a command that stands on its line; `procrun FILE` is `procrun run FILE`, and "…" goes on from it.
while IFS= read -r line; do
    helps=$(grep -oE 'procrun ([a-z]+( (site|status|release))?)' <<<"$line" | while read -r _ words; do
        read -ra words <<<"$words"
        "$procrun" "${words[@]}" --help 2>&1
    done)
    [[ $line != *'procrun FILE'* && $line != '| … '* ]] || helps+=$("$procrun" run --help)
    for option in $(grep -oE -- '--[a-z][a-z-]*' <<<"$line" | grep -vx -- '--help'); do
        [[ $helps == *"$option"* ]] || fail "no command of this line has $option: $line"
    done
done < <(sed -n '/^## Commands/,$p' "$page")

reserved() { sed -n "/$1/,/\`.*\`/p" "$2" | tr '\n' ' ' | grep -o '`all [^`]*`' | tr -d '`' | xargs; }
of_language=$(reserved 'The words of the language are:' docs/language.md)
[[ $of_language == *wait_until* ]] || fail "the words of the language were not found: $of_language"
[[ $(reserved 'words that are reserved' "$page") == "$of_language" ]] || fail "the reserved words are: $of_language"

while read -r code means; do
    [[ $text == *"$code $means"* ]] || fail "$page does not have the exit code $code"
done < <(sed -nE 's/^\| ([0-8]) \| ([a-z]+).*/\1 \2/p' docs/operating.md)
exit $failures
