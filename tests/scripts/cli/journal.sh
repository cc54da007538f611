#!/usr/bin/env bash
# Journals of format 1, and damaged ones: what is shown, what is taken over, what is refused and with which words.
# Usage: tests/scripts/cli/journal.sh PROCRUN
set -uo pipefail
procrun=$(realpath "$1")
corpus=$(realpath tests/runtime/journal/corpus)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work/state
unset SUDO_USER
source "$(dirname "$0")/expect.bash"
cd "$work" || exit 1
says() { grep -qF -- "$1" "$work/out" || { echo "FAILED: no «$1» in: $(cat "$work/out")"; ((++failures)); }; }
sql() { python3 -c 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.commit()' "$1" "$2"; }
made() { sql "$2" "$(cat "$corpus/$1.sql")"; }  # made FORMAT FILE

# Format 1 is shown, and its values and times are taken over.
made 1 old.db
expect 0 'broken' "$procrun" history --journal old.db
expect 0 'shell.action("echo two >>/tmp/corpus/both")  changed' "$procrun" history 2 --journal old.db
expect 0 'required: shell.succeeds("test -e /tmp/corpus/ready") on me' "$procrun" report 2 --md --journal old.db
cat >failback.proc <<'P'
site "corpus"
host me { address "127.0.0.1"  via local  os linux }
note "it said ${kept.failover.greeting}"
P
python3 - "$corpus/1.sql" failover.proc <<'P'
import sqlite3, sys
c = sqlite3.connect(":memory:")
c.executescript(open(sys.argv[1]).read())
open(sys.argv[2], "w").write(c.execute("SELECT text FROM source WHERE run = 1").fetchone()[0])
P
expect 0 'it said hello' "$procrun" failback.proc --journal old.db

# It is not gone on with; the version that can is named, with a file that it reads.
for command in resume undo; do
    rm -f old.db-format-1-run-2
    expect 2 'run 2 was begun by procrun 0.1, whose journals have the format 1' "$procrun" "$command" 2 --journal old.db
    says "procrun $command 2 --journal old.db-format-1-run-2"
    [[ -s old.db-format-1-run-2 ]] || { echo "FAILED: the file for procrun 0.1 is not there"; ((++failures)); }
done
expect 2 'no run here is left to resume; of another site than the one here: run 2, broken on site "corpus"' "$procrun" resume --journal old.db
expect 0 'failback' "$procrun" history --journal old.db

# What is damaged is shown as far as it is whole, and not acted on.
cat >broken.proc <<P
site "marks"
host me { address "127.0.0.1"  via local }
step "First" { on me { shell.action("touch $work/first")  undo shell.action("rm $work/first") } }
step "Second" {
  on me { shell.action("touch $work/second")  undo shell.action("rm $work/second") }
  require shell.succeeds("false") on me
}
P
expect 1 'procrun resume 1' "$procrun" broken.proc --journal new.db
sql new.db "UPDATE event SET body = replace(body, '\"effect\":\"changed\"', '\"effect\":\"not sent\"') WHERE kind = 'action ended' AND body LIKE '%second%'"
for show in 'history 1' 'report 1 --md' 'report 1 --json'; do
    # shellcheck disable=SC2086
    expect 8 'of run 1 is damaged: it, or the one before it, is not as it was written' "$procrun" $show --journal new.db
    says 'new.db'
    if [[ $show == *--json ]]; then says '"title": "First"'; else says "touch $work/first"; fi
done
expect 8 'of run 1 is damaged' "$procrun" report 1 -o page.html --journal new.db
grep -q 'of run 1 is damaged' page.html || { echo 'FAILED: the page does not tell that it is not all of the run'; ((++failures)); }
for command in 'resume 1' undo 'undo 1'; do
    # shellcheck disable=SC2086
    expect 8 'of run 1 is damaged' "$procrun" $command --journal new.db
done
[[ -e first && -e second ]] || { echo 'FAILED: something was done on the word of a damaged journal'; ((++failures)); }

# One of a newer version is left alone.
sql new.db 'PRAGMA user_version = 3'
expect 8 'new.db was written by a newer version of procrun: its format is 3, this one reads up to 2' "$procrun" history --journal new.db

exit $((failures > 0))
