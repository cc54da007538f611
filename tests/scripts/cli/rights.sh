#!/usr/bin/env bash
# The printed lines of sudoers are what a run needs: every command that a rehearsal of the jtel site sends by sudo is allowed by the real
# sudo with its machine's file, no line that it needs can be left out, and nothing else is allowed.
set -uo pipefail
procrun=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
    printf 'FAILED: %s\n' "$*"
    exit 1
}
export XDG_STATE_HOME=$work/state NO_COLOR=1
for needed in sudo visudo unshare; do
    command -v "$needed" >/dev/null || { [[ ${CI:-} != true ]] || fail "$needed is needed"; echo "skipped: $needed is not here"; exit 0; }
done
if ! unshare -m true 2>/dev/null; then
    [[ ${CI:-} != true ]] || fail 'a mount namespace is needed'
    echo 'skipped: no mount namespace can be made: are you root?'
    exit 0
fi

# In a namespace of its own: the file is /etc/sudoers, the account is there, and so are the programs of the machine that it is for.
cat >"$work/inside.sh" <<'S'
set -uo pipefail
work=$1 folder=$2
mount -t tmpfs none "$work/layer" && mkdir "$work/layer/upper" "$work/layer/work" || exit 9
mount -t overlay overlay -o "lowerdir=/usr,upperdir=$work/layer/upper,workdir=$work/layer/work" /usr || exit 9
cp /etc/passwd "$work/layer/passwd" && echo 'procrun:x:4711:4711::/:/bin/sh' >>"$work/layer/passwd"
mount --bind "$work/layer/passwd" /etc/passwd || exit 9
: >"$work/layer/sudoers" && chmod 440 "$work/layer/sudoers" && mount --bind "$work/layer/sudoers" /etc/sudoers || exit 9
path() { case $1 in drbdadm | drbdsetup | pcs | cibadmin | crm_* | shutdown | service) echo "/usr/sbin/$1" ;; *) echo "/usr/bin/$1" ;; esac; }
use() { { echo 'Defaults secure_path="/usr/sbin:/usr/bin"'; cat "$1"; } >"$work/layer/sudoers"; }
allowed() { sudo -n -l -U procrun -- "$@" >/dev/null 2>&1; }
asked=0 dropped=0
for sent in "$folder"/sent.*; do
    machine=${sent##*/sent.}
    file=$folder/sudoers.$machine
    [[ -e $file ]] || { echo "$machine: nothing is printed for it, and it gets $(head -n 1 "$sent")"; exit 1; }
    use "$file"
    while read -r line; do
        eval "words=(${line//'\\'/'\'})" # the log writes a backslash as two
        program=$(path "${words[0]}")
        [[ -e $program ]] || { : >"$program" && chmod 755 "$program"; }
        if [[ ${words[0]} == sh ]]; then
            grep -q '^# Cannot be narrowed' "$file" || { echo "$machine: no word of a script: $line"; exit 1; }
            ! allowed "${words[@]}" || { echo "$machine: sh is allowed: $line"; exit 1; }
            continue
        fi
        asked=$((asked + 1))
        allowed "${words[@]}" || { echo "$machine: sudo does not allow: $line"; exit 1; }
        ! allowed "${words[@]}" more || { echo "$machine: sudo allows another argument: $line"; exit 1; }
        # The one line that says the same: without it the command is refused.
        text="$program ${words[*]:1}"
        ((${#words[@]} > 1)) || text="$program \"\""
        : >"$folder/less"
        while IFS= read -r rule; do
            [[ ${rule//\\/} == "procrun ALL=(root) NOPASSWD: $text" ]] || printf '%s\n' "$rule" >>"$folder/less"
        done <"$file"
        cmp -s "$folder/less" "$file" && continue
        use "$folder/less"
        ! allowed "${words[@]}" || { echo "$machine: allowed without its line: $line"; exit 1; }
        dropped=$((dropped + 1))
        use "$file"
    done <"$sent"
done
echo "$asked $dropped"
S

mkdir "$work/layer"
for procedure in failover failback; do
    folder=$work/$procedure
    mkdir "$folder"
    "$procrun" show --rights "procedures/jtel/$procedure.proc" >"$folder/page" 2>"$folder/err" || fail "show --rights: $(<"$folder/err")"
    "$procrun" show --rights "procedures/jtel/$procedure.proc" 2>/dev/null | cmp -s - "$folder/page" || fail "$procedure: two pages differ"
    # What stands behind a heading is a file of its own.
    awk -v folder="$folder" '/^##### /{file = ""; if ($3 == "/etc/sudoers.d/procrun") { sub(":", "", $2); file = folder "/sudoers." $2 }; next}
                             file != "" {print > file}' "$folder/page"
    for file in "$folder"/sudoers.*; do
        chmod 440 "$file"
        visudo -cf "$file" >"$folder/said" 2>&1 || fail "${file##*/}: $(<"$folder/said")"
        ! grep -qE '^[^#].*/(ba|da)?sh( |$)' "$file" || fail "${file##*/} allows a shell"
        ! grep -qE '^[^#].*[^\\][*?[]' "$file" || fail "${file##*/} has a pattern"
    done
    "$procrun" rehearse --site-log "$folder/log" "procedures/jtel/$procedure.proc" >"$folder/out" 2>&1 || fail "rehearse: $(tail -n 5 "$folder/out")"
    awk -F '\t' -v folder="$folder" 'index($3, "sudo -n -- ") {
        line = $3; sub(/^.*sudo -n -- /, "", line); if (!seen[$2 "\t" line]++) print line > (folder "/sent." $2) }' "$folder/log"
    told=$(unshare -m bash "$work/inside.sh" "$work" "$folder") || fail "$procedure: $told"
    read -r asked dropped <<<"$told"
    ((asked >= 30 && dropped >= 30)) || fail "$procedure: only $asked commands were asked about, and $dropped lines left out"
    echo "$procedure: $asked commands"
done
