#!/usr/bin/env bash
# Snapshots keep what they saw, clones share it copy-on-write, flatten makes them free of the parent.
. "$(dirname "$0")/lib.sh"

rbd create --size 16M --object-size 1M parent
edit --image parent --file p size:16M write:0:3M:11 write:8M:1M:12 snap:s1 write:1M:1M:13 snap:s2

step 'snapshots'
holds parent@s1 p.s1
holds parent@s2 p.s2

step 'a clone needs a protected parent (version 1)'
export CEPH_ARGS="$CEPH_ARGS --rbd-default-clone-format=1"
refused 22 rbd clone parent@s1 child
rbd snap protect parent@s1
rbd clone parent@s1 child
holds child p.s1
same 'objects of a fresh clone' "$(objects child)" 0
same 'children' "$(rbd children parent@s1)" rbd/child
refused 16 rbd snap unprotect parent@s1
refused 39 rbd rm --no-progress parent

step 'copy-up: child and parent go their own ways'
cp p.s1 c
edit --image child --file c write:512K:64K:14 write:12M:512K:15 snap:mine
holds child c
holds parent p
holds parent@s1 p.s1
same 'objects after two writes' "$(objects child)" 2

step 'a clone of the clone'
rbd snap protect child@mine
rbd clone child@mine grandchild
cp c g
edit --image grandchild --file g discard:0:2M write:14M:128K:16
holds grandchild g
holds child c

step 'flatten'
rbd flatten --no-progress grandchild
holds grandchild g
same 'parent of the flattened' "$(rbd info --format json grandchild | json "'parent' in d")" False
rbd snap unprotect child@mine
rbd flatten --no-progress child
holds child c
holds child@mine c.mine
if [ "$(info child features | grep -c deep-flatten)" = 0 ]; then
    # The snapshot was taken before the flattening and still leans on the parent
    refused 16 rbd snap unprotect parent@s1
    rbd snap rm --no-progress child@mine
fi
rbd snap unprotect parent@s1

step 'rollback'
rbd snap rollback --no-progress parent@s1
holds parent p.s1
holds parent@s2 p.s2

step 'version 2 clones do without protection'
rbd clone --rbd-default-clone-format=2 parent@s2 free
holds free p.s2
rbd snap rm --no-progress parent@s2
holds free p.s2
same 'user snapshots of the parent' "$(rbd snap ls --format json parent | json "[s['name'] for s in d]")" "['s1']"
rbd flatten --no-progress free
holds free p.s2

rbd snap purge --no-progress child
rbd snap purge --no-progress parent
for image in grandchild child free parent; do rbd rm --no-progress "$image"; done
same 'data objects left' "$({ rados -p rbd ls | grep -c ^rbd_data || true; })" 0
