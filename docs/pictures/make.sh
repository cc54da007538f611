#!/usr/bin/env bash
# Makes docs/pictures/live.svg and docs/pictures/report.png anew: docs/pictures/make.sh PROCRUN. Needs tmux, python3 and chromium.
set -euo pipefail
procrun=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
work=$(mktemp -d)
socket=$work/tmux
trap 'tmux -S "$socket" kill-server 2>/dev/null || true; rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work/state TERM=xterm-256color TZ=UTC
unset NO_COLOR

# An earlier run, so that the view knows what to expect.
"$procrun" procedures/jtel/failback.proc --speed 0 >/dev/null

# The live view, as a terminal shows it while the software is being stopped on several hosts.
tmux -S "$socket" -f /dev/null new-session -d -x 100 -y 32 "'$procrun' procedures/jtel/failback.proc --speed 1; read -r"
for ((i = 0; i < 3000; ++i)); do
    tmux -S "$socket" capture-pane -e -p >"$work/screen"
    grep -q '▸ 3' "$work/screen" && grep -q 'winsvc.* of 5m' "$work/screen" && break
    sleep 0.1
done
python3 docs/pictures/terminal_svg.py <"$work/screen" >docs/pictures/live.svg

# The report of that run and its rehearsal, on its first page.
"$procrun" report 1 --html >"$work/report.html"
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1000,1180 --screenshot="$work/report.png" \
    "file://$work/report.html" 2>/dev/null
cp "$work/report.png" docs/pictures/report.png
ls -l docs/pictures/live.svg docs/pictures/report.png
