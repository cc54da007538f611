#!/usr/bin/env bash
# The pages find each other: each link leads to a file and a heading that there are, docs/README.md has a line for each page, and README.md
# fits on three screens.
set -uo pipefail
failures=0
fail() {
    printf 'FAILED: %s\n' "$*"
    failures=1
}
# What a heading is called in a link: small letters, hyphens for blanks, and nothing but letters and digits beside.
anchors() { awk '/^```/ { inside = !inside } !inside && /^#+ /' "$1" | sed -E 's/^#+ //; s/[^[:alnum:] _-]//g; s/ /-/g' | tr '[:upper:]' '[:lower:]'; }

mapfile -t pages < <(find ./*.md docs editors tests/README.md -name '*.md' | sort)
((${#pages[@]} > 40)) || fail "only ${#pages[@]} pages were found"
links=0
for page in "${pages[@]}"; do
    # A link may go on in the next line; what stands in a block or between backquotes is none.
    while IFS= read -r target; do
        [[ $target != http*://* && $target != mailto:* ]] || continue
        ((++links))
        file=${target%%#*}
        file=${file:+$(dirname "$page")/$file}
        file=${file:-$page}
        [[ -e $file ]] || { fail "$page: there is no $target"; continue; }
        [[ $target != *#* ]] || anchors "$file" | grep -qFx -- "${target#*#}" || fail "$page: $file has no heading for $target"
    done < <(awk '/^```/ { inside = !inside } !inside' "$page" | sed 's/`[^`]*`//g' | tr '\n' ' ' | grep -oE '\]\([^() ]+\)' | sed 's/^](//; s/)$//')
done
((links > 100)) || fail "only $links links were found"

for page in docs/*.md docs/*/README.md; do
    [[ $page == docs/README.md ]] || grep -qF "](${page#docs/})" docs/README.md || fail "docs/README.md has no line for $page"
done
(($(wc -l <README.md) <= 130)) || fail "README.md has $(wc -l <README.md) lines: three screens are 130 and a picture"
echo "ran: $links links of ${#pages[@]} pages"
exit $failures
