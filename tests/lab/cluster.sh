#!/bin/sh
# Writes the cluster's configuration into the file given: DRBD in two roles; g_store, a file system and an address, beside the Primary;
# g_lb, an address, on either side.
set -eu
cib=$1
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
cibadmin --empty >"$cib"
with() { pcs -f "$cib" "$@"; }
slowly() { echo "op start timeout=300s op stop timeout=300s op monitor interval=${1}s timeout=300s"; }

with property set stonith-enabled=false no-quorum-policy=ignore --force
with resource defaults update resource-stickiness=100
with resource create drbd_r0 ocf:linbit:drbd drbd_resource=r0 \
    op start timeout=300s op stop timeout=300s op promote timeout=300s op demote timeout=300s op notify timeout=300s \
    op monitor interval=15s timeout=300s role=Promoted op monitor interval=20s timeout=300s role=Unpromoted \
    promotable promoted-max=1 promoted-node-max=1 clone-max=2 clone-node-max=1 notify=true
with resource create fs_store ocf:heartbeat:Filesystem device=/dev/drbd0 directory=/srv/data fstype=ext4 $(slowly 20) --group g_store
with resource create ip_store ocf:heartbeat:IPaddr2 ip=10.77.0.80 cidr_netmask=24 nic=eth1 $(slowly 10) --group g_store
with resource create ip_lb ocf:heartbeat:IPaddr2 ip=10.77.0.70 cidr_netmask=24 nic=eth1 $(slowly 10) --group g_lb
with constraint colocation add g_store with Promoted drbd_r0-clone INFINITY
with constraint order promote drbd_r0-clone then start g_store

# A section a file: the cluster keeps its own list of nodes.
for section in crm_config rsc_defaults resources constraints; do
    CIB_file=$cib cibadmin --query --scope "$section" >"$cib.$section"
done
