#!/bin/sh
# template.sh WINE FOLDER: installs a Windows into FOLDER, which each Windows host of the tests begins as a copy of. Takes some 20 s.
set -eu
wine=$1
folder=$2
export WINEPREFIX="$folder" WINEARCH=win64 WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml,winemenubuilder.exe=' DISPLAY=
rm -rf "$folder"
if ! timeout 300 "$wine" wineboot --init >/dev/null 2>&1; then
    # The tests of Windows hosts say that there is none, and everything else is built.
    echo "template.sh: Wine installs no Windows here" >&2
    rm -rf "$folder"
    exit 0
fi
"$(dirname "$wine")/wineserver64" -w
# Wine's is an empty shell that does nothing and says yes; a host that has none says so.
rm -r "$folder/drive_c/windows/system32/WindowsPowerShell"
