#!/usr/bin/env bash
# What documents show is run. Every block of README.md and of the pages of docs/ that is a program is checked, formatted, shown, planned,
# rehearsed, run and typed at the prompt. The word behind "```proc" says what it is:
#   (nothing)     a whole program, with its hosts
#   part          stands beside the files of tests/documents/PAGE/; one that begins with "# NAME.proc" is that file for the blocks after it
#   site          a site file; "site part": what stands in the site of that folder from then on. A procedure without steps is run on it, in each of its scenes
#   unsimulated   a rehearsal does not know its commands, and says so; it is run on this machine, with the commands of the folder's bin/
#   from FILE     stands in that file, which other tests run
# Nothing leaves this machine: where a block is run, its hosts are simulated.
set -uo pipefail
procrun=$(realpath "$1")
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap '' PIPE # a prompt that has ended is told as such
export HOME=$work/home XDG_STATE_HOME=$work/state NO_COLOR=1 TERM=xterm
mkdir -p "$HOME"
failures=0
declare -A ran
fail() { printf 'FAILED: %s\n' "$*"; ((++failures)); }

# expect MODE CODES WORDS COMMAND…: the exit code is one of CODES, and the output has WORDS.
expect() {
    local mode=$1 codes=$2 words=$3 got
    shift 3
    "$@" >"$work/out" 2>&1 </dev/null
    got=$?
    if [[ " $codes " == *" $got "* && ( -z $words || $(<"$work/out") == *"$words"* ) ]]; then
        ran[$mode]=$((${ran[$mode]:-0} + 1))
    else
        fail "$place, $mode: exit $got, expected $codes${words:+ and «$words»}"
        cat "$work/out"
    fi
}

# Top-level items: declarations of the site to one file, what can be typed to another. Clauses are typed on their statement's line.
split() { # PROGRAM SITE TYPED
    : >"$2" && : >"$3"
    awk -v site="$2" -v typed="$3" '
        BEGIN { to = "/dev/null" }
        /^[a-z]/ && !inside {
            to = $1 ~ /^(site|fact|secret|connect|host|cluster|notify|group|lock|scene|reply|invariant|import)$/ ? site : $1 ~ /^(needs|watch|param)$/ ? "/dev/null" : typed
            if ($1 == "param") { line = $0; sub(/ *"[^"]*"$/, "", line); sub(/^param/, "let", line); if (sub(/: [^=]*=/, " =", line)) print line > typed }
        }
        { inside += gsub(/{/, "{") - gsub(/}/, "}") }
        /^ +(within|every|each|holding|showing|else|undo|leave|done_when) / { sub(/^ +/, " "); printf "%s", $0 > to; next }
        { printf "\n%s", $0 > to }
        END { print "" > site; print "" > typed }' "$1"
}

# simulated FILE: its hosts are, whatever it says of how they are reached.
simulated() {
    if grep -q '^connect linux' "$1"; then
        sed -i 's/^connect linux {/& via simulated /' "$1"
    else
        sed -i '1i connect linux { via simulated }' "$1"
    fi
}

# Types every line of TYPED at the prompt, says yes to what acts or is to be confirmed, and answers questions with a 0; the screen is kept.
type_all() { # SITE TYPED
    local line size terminal
    rm -f "$work/keys" && mkfifo "$work/keys" && : >"$work/screen"
    script -qfec "'$procrun' repl --site '$1'; echo \"it ended with \$?\"" /dev/null <"$work/keys" >"$work/screen" 2>&1 &
    terminal=$!
    exec 3>"$work/keys"
    shows() { tail -c 200 "$work/screen" | sed 's/\x1b\[[?0-9;]*[a-zA-Z]//g' | tr -d '\r' | tail -n 1; }
    # Something new stands there, and the program waits for a line.
    until_asked() {
        until (($(stat -c %s "$work/screen") > $1)) && [[ $(shows) =~ (procrun|\.\.\.|yes\?|\[yes/no\]|:)[\>]?\ $ ]]; do
            kill -0 "$terminal" 2>/dev/null || return 1
            read -rt 0.02 <> <(:) || true
        done
    }
    until_asked 0
    while IFS= read -r line <&4; do
        [[ -n $line ]] || continue
        size=$(stat -c %s "$work/screen")
        printf '%s\n' "$line" >&3
        until_asked "$size" || break
        while [[ $(shows) != *'procrun> ' && $(shows) != *'... ' ]]; do
            size=$(stat -c %s "$work/screen")
            if [[ $(shows) == *'yes? ' || $(shows) == *'[yes/no] ' ]]; then printf 'yes\n' >&3; else printf '0\n' >&3; fi
            until_asked "$size" || break 2
        done
    done 4<"$2"
    printf '\x04' >&3
    exec 3>&-
    wait "$terminal"
}

# modes PROGRAM [SITE [SCENES]]: all that procrun can do with it, in the scenes of that file too. Their folder has what they import.
modes() {
    local program=$1 site=${2:-} scenes=${3:-$1} codes=0 planned='0 10' words='' folder values=() scene
    folder=$(dirname "$program")
    [[ " $tags " != *' unsimulated '* ]] || codes=4 words='not simulated'
    [[ ! -e $folder/values ]] || while read -r value; do
        ! grep -q "^param ${value%%=*}:" "$program" || values+=("$value")
    done <"$folder/values"
    local with=("${values[@]}" ${site:+--site "$site"})
    expect check 0 ': OK (' "$procrun" check "$program" "${with[@]}"
    expect fmt 0 '' "$procrun" fmt --check "$program"
    expect show 0 '# ' "$procrun" show "$program" "${with[@]}"
    expect plan "$planned" "$words" "$procrun" plan --rehearse "$program" "${with[@]}"
    expect rehearse "$codes" "$words" "$procrun" rehearse "$program" "${with[@]}"
    while read -r scene; do
        expect 'rehearse (scenes)' 0 '' "$procrun" rehearse "$program" "${with[@]}" --scene "$scene"
    done < <(sed -nE 's/^scene "([^"]*)".*/\1/p' "$scenes")

    # The same text where nothing is rehearsed: on simulated hosts, or with commands of this machine. Typed, too.
    local run=$folder/run
    rm -rf "$run" && mkdir "$run" && cp -r "$folder"/*.proc "$run/"
    [[ -z $site ]] || cp "$site" "$run/site.proc"
    cp "$program" "$run/program.proc"
    split "$run/program.proc" "$run/typed-at.proc" "$run/typed"
    grep -q '^host' "$run/typed-at.proc" || cat "$run/site.proc" >>"$run/typed-at.proc"
    local hosts=$run/program.proc file
    [[ ! -e $run/site.proc ]] || hosts=$run/site.proc
    for file in "$hosts" "$run/typed-at.proc"; do
        if [[ -d $folder/bin && " $tags " == *' unsimulated '* ]]; then sed -i '1i connect linux { via local }' "$file"; else simulated "$file"; fi
    done
    rm -f "$HOME/role"
    PATH=$folder/bin:$PATH expect run 0 'completed' "$procrun" "$run/program.proc" "${values[@]}"
    PATH=$folder/bin:$PATH expect plan "$planned" '' "$procrun" plan "$run/program.proc" "${values[@]}"
    printf 'note "the end"\n' >>"$run/typed"
    rm -f "$HOME/role"
    PATH=$folder/bin:$PATH type_all "$run/typed-at.proc" "$run/typed"
    if grep -qF 'note: the end' "$work/screen" && grep -qF 'it ended with 0' "$work/screen" && ! grep -qE 'error\[|FAILED|failed after|not done' "$work/screen"; then
        ran[repl]=$((${ran[repl]:-0} + 1))
    else
        fail "$place, repl" && cat "$run/typed-at.proc" "$work/screen"
    fi
}

# block PAGE LINE TAGS FILE
block() {
    local page=$1 file=$4 folder=$work/$1 name
    place="$1, line $2" tags=$3
    if [[ ! -d $folder ]]; then
        mkdir -p "$folder"
        [[ ! -d tests/documents/$page ]] || cp -r "tests/documents/$page/." "$folder/"
    fi
    case "$tags" in
    '' | unsimulated)
        rm -rf "$folder/whole" && mkdir "$folder/whole" && cp -r "$folder"/*.proc "$folder"/bin "$folder/whole/" 2>"$work/out"
        rm -f "$folder/whole/site.proc"
        cp "$file" "$folder/whole/block.proc"
        modes "$folder/whole/block.proc"
        ;;
    part)
        name=$(sed -nE '1s/^# ([a-z_-]+\.proc).*/\1/p' "$file")
        cp "$file" "$folder/${name:-block.proc}"
        modes "$folder/${name:-block.proc}" "$folder/site.proc"
        ;;
    site | 'site part')
        name=site.proc
        if [[ $tags == site ]]; then name=whole-site.proc && cp "$file" "$folder/$name"; else cat "$file" >>"$folder/$name"; fi
        echo 'note "read"' >"$folder/block.proc"
        expect fmt 0 '' "$procrun" fmt --check "$file"
        modes "$folder/block.proc" "$folder/$name" "$file"
        ;;
    'from '*)
        # Its lines, one after the other.
        if [[ "$(cat "${tags#from }")" == *"$(cat "$file")"* ]]; then ran[shipped]=$((${ran[shipped]:-0} + 1)); else fail "$place is not in ${tags#from }"; fi
        ;;
    *) fail "$place: nobody knows what «proc $tags» is: see $0" ;;
    esac
}

blocks=0
for document in README.md docs/*.md; do
    page=$(basename "$document" .md)
    [[ $page != stdlib ]] || continue # the examples of the verbs: examples.sh
    rm -f "$work"/block.*
    awk -v out="$work/block" '
        /^```proc/ { n++; tags = $0; sub(/^```proc */, "", tags); file = sprintf("%s.%03d", out, n); print FNR " " tags > (file ".tags"); printf "" > file; inside = 1; next }
        /^```/ { inside = 0 }
        inside { print > file }' "$document"
    for file in "$work"/block.*.tags; do
        [[ -e $file ]] || continue
        read -r line tags <"$file"
        ((++blocks))
        block "$page" "$line" "$tags" "${file%.tags}"
    done
done
((blocks >= 16)) || fail "only $blocks blocks were found"
printf 'ran: %d blocks of the documents:' "$blocks"
for mode in "${!ran[@]}"; do printf ' %s %d,' "$mode" "${ran[$mode]}"; done | sed 's/,$/\n/'
exit $((failures > 0))
