#!/bin/sh
# init.sh FOLDER: the first process of a machine, already in namespaces of its own. It shares the root file system with the host but
# cannot write to it, sees the units of FOLDER and no others, has its own /run, and becomes systemd.
folder=$1
mount --make-rprivate /
mount -t proc proc /proc
mount --bind /proc/sys /proc/sys
mount -o remount,bind,ro /proc/sys
mount --bind "$folder/boot_id" /proc/sys/kernel/random/boot_id # a namespace has none of its own: the one thing here that is put on
umount -R /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount --bind "$folder" "$folder"
mount -o remount,bind,ro /
mount -t tmpfs -o mode=755 tmpfs /run
ln -s "$folder" /run/machine # where its units find what the test gives them
: >>"$folder/console"
[ ! -e /dev/console ] || mount --bind "$folder/console" /dev/console
hostname "$(basename "$folder")"
exec env -i container=procrun PATH=/usr/sbin:/usr/bin:/sbin:/bin SYSTEMD_UNIT_PATH="$folder/units" \
    /lib/systemd/systemd --system --unit=multi-user.target --log-target=console --show-status=no --default-standard-output=null
