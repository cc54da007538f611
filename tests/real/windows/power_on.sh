#!/bin/sh
# power_on.sh FOLDER WINE SSHD ADDRESS PORT: what a hypervisor does for one Windows host. Boots it, boots it again when it restarts
# itself, and ends when it shuts itself down. The first process of a pid namespace: all that it started ends with it.
set -eu
folder=$1 wine=$2 sshd=$3 address=$4 port=$5
server=$(dirname "$wine")/wineserver64
power=$folder/windows/drive_c/parts/power

export WINEPREFIX="$folder/windows" WINEARCH=win64 WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml,winemenubuilder.exe=' DISPLAY=
export WINEPATH='C:\parts' LC_ALL=C.UTF-8 TMPDIR="$folder"
mkdir -p "/tmp/.wine-$(id -u)"
mount -t tmpfs tmpfs "/tmp/.wine-$(id -u)" # where a wineserver listens
cd "$folder/windows/drive_c"
exec 9>"$folder/alive"
flock 9 # for as long as anything here runs

while
    rm -f "$power"
    "$server" --foreground --persistent &
    windows=$!
    date -u +%Y-%m-%dT%H:%M:%S.0000000Z >"$folder/windows/drive_c/parts/booted"
    "$wine" cmd /c exit # the first program boots Windows: the service manager starts what starts automatically
    "$sshd" "$address" "$port" "$folder/host_key" "$folder/authorized_keys" "$power" "$wine" 'C:\parts\run.exe' || true
    kill "$windows"
    wait "$windows" || true
    [ "$(cat "$power")" = restart ]
do :; done
