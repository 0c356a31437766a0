#!/usr/bin/env bash
# Differences between snapshots can be taken, merged and replayed, and give the same bytes at every point.
. "$(dirname "$0")/lib.sh"

rbd create --size 12M --object-size 1M src
edit --image src --file f size:12M write:0:1280K:21 snap:a \
    write:1M:512K:22 discard:256K:256K write:10M:128K:23 snap:b \
    size:10M write:2M:4K:24 snap:c write:3M:256K:25

step 'extents'
extents=$(rbd diff --format json --from-snap a src@b)
same 'data extents end' "$(json "max(e['offset']+e['length'] for e in d if e['exists']=='true')" <<<"$extents")" "$((10 * 1048576 + 131072))"
same 'extents between equal points' "$(rbd diff --format json --from-snap c src@c | json 'len(d)')" 0

step 'export'
rbd export-diff --no-progress src@a d-a
rbd export-diff --no-progress --from-snap a src@b d-ab
rbd export-diff --no-progress --from-snap b src@c d-bc
rbd export-diff --no-progress --from-snap c src d-chead
small=$(stat -c %s d-bc)
[ "$small" -lt 65536 ] || fail "4 KB were written between b and c, the difference has $small bytes"

step 'replay one by one'
rbd create --size 12M one
for d in d-a d-ab d-bc d-chead; do rbd import-diff --no-progress "$d" one; done
holds one@a f.a
holds one@b f.b
holds one@c f.c
holds one f
same 'size after the shrink' "$(info one size)" 10485760

step 'a difference from a snapshot that is not there is refused'
rbd create --size 12M bare
refused 22 rbd import-diff --no-progress d-bc bare

step 'merge, then replay at once'
rbd merge-diff --no-progress d-ab d-bc d-ac
rbd merge-diff --no-progress d-a d-ac d-c
rbd import-diff --no-progress d-c bare
holds bare@c f.c
same 'snapshots of the merged' "$(rbd snap ls --format json bare | json "[s['name'] for s in d]")" "['c']"
rbd merge-diff --no-progress d-a d-ab - | rbd merge-diff --no-progress - d-bc d-c2
rbd create --size 12M piped
rbd import-diff --no-progress - piped <d-c2
holds piped@c f.c

for image in src one bare piped; do
    rbd snap purge --no-progress "$image"
    rbd rm --no-progress "$image"
done
same 'images left' "$(rbd ls | wc -l)" 0
