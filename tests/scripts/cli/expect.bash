# To be sourced: `failures` counts, and $work/out has what the last command said.
failures=0

# expect CODE "WORDS" COMMAND…: the exit code, and words that the output must have
expect() {
    local code=$1 words=$2
    shift 2
    "$@" >"$work/out" 2>&1 </dev/null
    local got=$?
    if ((got != code)) || ! grep -qF -- "$words" "$work/out"; then
        printf 'FAILED: %s\n  expected exit %s and: %s\n  got exit %s and:\n' "$*" "$code" "$words" "$got"
        sed 's/^/  | /' "$work/out"
        ((++failures))
    fi
}
