#!/usr/bin/env bash
# debian.sh RELEASE: builds procrun and all its tests, warnings as errors, in a chroot of that Debian release ("trixie"), made of its packages by
# debootstrap. As root. The chroot stays in build/debian-RELEASE for the next time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
release=${1:?"usage: debian.sh RELEASE"}
root=$PWD/build/debian-$release
if [[ ! -e $root/ready ]]; then
    rm -rf "$root"
    debootstrap --variant=minbase "$release" "$root"
    touch "$root/ready"
fi
trap 'umount "$root/proc" 2>/dev/null || true' EXIT
mount -t proc proc "$root/proc"
rm -rf "$root/procrun"
mkdir "$root/procrun"
git archive HEAD | tar -x -C "$root/procrun"
# shellcheck disable=SC1090
packages=$(sed -n '/^build_packages=(/,/)/p;/^test_packages=(/,/)/p' dev | sed -E 's/.*=\(//; s/\)//' | xargs)
chroot "$root" sh -euc "
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
    apt-get install -y -qq --no-install-recommends $packages >/dev/null
    g++ --version | head -1
    cd /procrun
    cmake -S . -B build -G Ninja -DPROCRUN_TESTS=OFF -DPROCRUN_WERROR=ON
    cmake --build build
    cmake -S . -B build/test -G Ninja -DCMAKE_BUILD_TYPE=Debug -DPROCRUN_TESTS=ON -DPROCRUN_WERROR=ON
    cmake --build build/test
    build/procrun rehearse procedures/jtel/failback.proc | tail -3
"
