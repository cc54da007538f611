#!/usr/bin/env bash
# The editors know the words that the language has: those that docs/language.md lists, and what may begin a declaration.
set -uo pipefail
failures=0
fail() {
    printf 'FAILED: %s\n' "$*"
    failures=1
}
reserved=$(sed -n '/The words of the language are:/,/\.$/p' docs/language.md | tr '\n' ' ' | sed 's/.*`\(.*\)`.*/\1/')
declarations=$(sed -n '/mild_declarations{/,/};/p' lang/syntax/keywords.cpp | grep -o '"[a-z]*"' | tr -d '"' | tr '\n' ' ')
[[ $reserved == *wait_until* && $declarations == *cluster* ]] || fail "the words were not found: '$reserved' '$declarations'"

vim=$(sed -n 's/^syntax keyword proc[A-Z][a-z]* //p' editors/vim/syntax/procrun.vim | tr '\n' ' ')
vscode=$(grep -o '(?<!\[-\.\\\\w\])([a-z_|]*)' editors/vscode/syntaxes/procrun.tmLanguage.json | sed 's/^[^)]*)(//; s/)$//' | tr '|\n' '  ')
for word in $reserved $declarations; do
    [[ " $vim " == *" $word "* ]] || fail "Vim does not know \`$word\`"
    [[ " $vscode " == *" $word "* ]] || fail "VS Code does not know \`$word\`"
done
for word in $vscode; do
    [[ " $reserved $declarations " == *" $word "* ]] || fail "VS Code takes \`$word\` for a word of the language"
done
for file in editors/vscode/*.json editors/vscode/syntaxes/*.json; do
    python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$file" || fail "$file is not JSON"
done
exit $failures
