#!/usr/bin/env bash
# Builds the image that both machines start from: Debian packages, the files of image/, and a cluster configuration made by pcs.
# Everything is under the folder given; needs root, for chroot. About 2 GB and a few minutes.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
state=$1
root=$state/root
mkdir -p "$state"

say() { printf '==> %s\n' "$*" >&2; }
inside() { chroot "$root" env LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }

packages() {
    rm -rf "$root" "$state/packages.done"
    mmdebstrap --mode=root --variant=minbase --include="$(paste -sd, "$here/packages")" \
        --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' --dpkgopt=force-unsafe-io \
        --essential-hook='printf "path-exclude=/usr/share/%s/*\n" doc man locale >"$1/etc/dpkg/dpkg.cfg.d/small"' \
        --setup-hook='mkdir -p "$1/etc/initramfs-tools/conf.d"' \
        --setup-hook='printf "MODULES=list\nCOMPRESS=zstd\n" >"$1/etc/initramfs-tools/conf.d/lab"' \
        --setup-hook='printf "%s\n" virtio_pci virtio_blk virtio_net ext4 >"$1/etc/initramfs-tools/modules"' \
        bookworm "$root" >"$state/packages.log" 2>&1 || { tail -n 20 "$state/packages.log" >&2; exit 1; }
    touch "$state/packages.done"
}

# What the operator's account needs: its key, sudo, and host keys that the client knows beforehand.
access() {
    mkdir -p "$state/home/.ssh"
    [[ -e $state/home/.ssh/id_ed25519 ]] || ssh-keygen -q -t ed25519 -N '' -C lab -f "$state/home/.ssh/id_ed25519"
    inside id procrun >/dev/null 2>&1 || inside useradd --create-home --shell /bin/bash procrun
    install -d -m 700 "$root/home/procrun/.ssh"
    install -m 600 "$state/home/.ssh/id_ed25519.pub" "$root/home/procrun/.ssh/authorized_keys"
    inside chown -R procrun: /home/procrun/.ssh
    chmod 440 "$root/etc/sudoers.d/lab"
    for address in 127.77.0.1 127.77.0.2; do
        printf '[%s]:2222 %s\n' "$address" "$(cut -d' ' -f1,2 "$root/etc/ssh/ssh_host_ed25519_key.pub")"
    done >"$state/home/.ssh/known_hosts"
}

services() {
    inside systemctl -q enable ssh lab-node app haproxy mariadb corosync pacemaker
    inside systemctl -q disable drbd pcsd pcsd-ruby logd e2scrub_reap
    inside systemctl -q mask unwanted apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer \
        logrotate.timer systemd-tmpfiles-clean.timer systemd-pstore getty@tty1 serial-getty@ttyS0
    printf '/dev/vda / ext4 defaults 0 1\n' >"$root/etc/fstab"
    : >"$root/etc/machine-id"
    mkdir -p "$root/srv/data"
}

# The cluster's resources, made by pcs as an administrator makes them, and loaded into the cluster when it runs for the first time.
# Time-outs are long: an agent that answers in a second on a real machine may need half a minute on an emulated one.
cluster() {
    cp "$here/cluster.sh" "$root/tmp/cluster.sh"
    inside sh /tmp/cluster.sh /var/lib/lab-cib.xml
    rm -f "$root/tmp/cluster.sh"
}

image() {
    cp -L "$root/vmlinuz" "$state/vmlinuz"
    cp -L "$root/initrd.img" "$state/initrd.img"
    rm -f "$state/base.raw"
    truncate -s 3G "$state/base.raw"
    mkfs.ext4 -q -F -J size=16 -d "$root" "$state/base.raw"
}

if [[ ! -e $state/packages.done || ${2:-} == anew ]]; then
    say "installing Debian packages"
    packages
fi
say "configuring the machines"
cp -r --remove-destination "$here/image/." "$root/"
access
services
inside haproxy -c -q -f /etc/haproxy/haproxy.cfg
cluster
say "writing the image"
image
