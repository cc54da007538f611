#!/usr/bin/env bash
# The tests that SECURITY.md names for its promises exist: "- `FILE`: words that stand in it".
set -uo pipefail
failures=0 cited=0
while read -r line; do
    file=${line#*\`} words=${line#*\`: }
    file=${file%%\`*}
    ((++cited))
    grep -qF -- "$words" "$file" 2>/dev/null || { echo "FAILED: $file has no test '$words'"; ((++failures)); }
done < <(grep -E '^ +- `tests/[^`]+`: ' SECURITY.md)
((cited > 0)) || { echo "FAILED: SECURITY.md names no test"; ((++failures)); }
echo "ran: $cited tests named by SECURITY.md"
((failures == 0))
