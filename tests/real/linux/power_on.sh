#!/bin/sh
# power_on.sh FOLDER: what a hypervisor does for one machine. Boots it, boots it again whenever it restarts itself, and ends when it
# powers itself off. Ended by SIGKILL, this is a power cut: each process here dies with the one that started it, and the machine
# with its PID 1.
set -eu
here=$(dirname "$0")
folder=$1
cgroups=/sys/fs/cgroup
[ -e "$cgroups/cgroup.procs" ] || cgroups=$cgroups/unified
cgroup=$cgroups/procrun-$(basename "$folder")-$$ # of a test that was killed one may be left: process ids come again
mkdir "$cgroup"
echo "$cgroup" >"$folder/cgroup"

restarts_itself=129 # the kernel ends the PID 1 of such a namespace with SIGHUP for a restart and with SIGINT for a power-off
while
    cat /proc/sys/kernel/random/uuid >"$folder/boot_id"
    status=0
    setpriv --pdeathsig KILL unshare --fork --kill-child --pid --mount --uts --ipc \
        sh -euc 'echo 0 >"$1/cgroup.procs"; shift; exec unshare --cgroup "$@"' sh "$cgroup" \
        sh -eu "$here/init.sh" "$folder" <"/dev/null" || status=$?
    [ "$status" = "$restarts_itself" ]
do :; done
