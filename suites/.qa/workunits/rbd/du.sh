#!/usr/bin/env bash
# `rbd du` counts objects: provisioned and used, per snapshot, with and without fast-diff.
. "$(dirname "$0")/lib.sh"
M=1048576

# used IMAGE SNAPSHOT|head FIELD
du_of() {
    rbd du --format json "$1" 2>/dev/null | python3 -c '
import json, sys
snap, field = sys.argv[1:]
rows = json.load(sys.stdin)["images"]
print(*[r[field] for r in rows if r.get("snapshot", "head") == snap])' "$2" "$3"
}

for features in layering layering,exclusive-lock,object-map,fast-diff; do
    step "features $features"
    rbd create --size 64M --image-feature "$features" img
    same 'used when empty' "$(du_of img head used_size)" 0
    same 'provisioned' "$(du_of img head provisioned_size)" $((64 * M))

    edit --image img write:0:12M:41 snap:one
    same 'used by the snapshot' "$(du_of img one used_size)" $((12 * M))
    same 'used since the snapshot' "$(du_of img head used_size)" 0

    edit --image img write:4M:4M:42 write:40M:4M:43
    same 'used after two rewrites' "$(du_of img head used_size)" $((8 * M))
    same 'the snapshot stays' "$(du_of img one used_size)" $((12 * M))

    edit --image img size:96M snap:two discard:40M:4M
    same 'provisioned after growing' "$(du_of img head provisioned_size)" $((96 * M))
    same 'the first snapshot is as big as it was' "$(du_of img one provisioned_size)" $((64 * M))
    same 'used by the second' "$(du_of img two used_size)" $((8 * M))

    step 'the whole pool'
    rbd create --size 16M --image-feature "$features" other
    edit --image other write:0:4M:44
    same 'images in the table' "$(rbd du --format json 2>/dev/null | json "sorted({i['name'] for i in d['images']})")" "['img', 'other']"
    same 'provisioned in total' "$(rbd du --format json 2>/dev/null | json "d['total_provisioned_size']")" $((112 * M))
    same 'data objects of the second image' "$(objects other)" 1

    rbd snap purge --no-progress img
    rbd rm --no-progress img
    rbd rm --no-progress other
done
same 'images left' "$(rbd ls | wc -l)" 0
