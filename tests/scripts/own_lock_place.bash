# To be sourced first, with the script's arguments: locks and marks are where only this script sees them, whatever the machine has prepared
# in /var/lib/procrun, and nothing of them is left. Who is not root has the places of the machine.
if [[ -n ${own_lock_place-} ]]; then
    mount -t tmpfs -o mode=1777 none /var/tmp && mount -t tmpfs -o mode=755 none /var/lib || exit 1
    unset own_lock_place
elif ((EUID == 0)) && unshare -m true 2>/dev/null; then
    own_lock_place=asked exec unshare -m "$BASH" "$0" "$@"
fi
