#!/usr/bin/env bash
# Into the trash, back under another name, out for good: and the data goes only at the end.
. "$(dirname "$0")/lib.sh"

names() { rbd trash ls --format json | json "sorted(i['name'] for i in d)"; }
data() { { rados -p rbd ls | grep -c ^rbd_data || true; }; }

edit --file f size:12M write:0:8M:51
for image in keep old young; do rbd import --no-progress f "$image"; done
same 'data objects' "$(data)" 6
id=$(info old id)

step 'moved'
rbd trash mv old
same 'images listed' "$(rbd ls | sort | paste -sd' ')" 'keep young'
same 'trash' "$(names)" "['old']"
same 'data objects while in the trash' "$(data)" 6
refused 2 rbd info old

step 'restored under another name'
rbd trash restore --image back "$id"
same 'trash after the restore' "$(names)" '[]'
holds back f
same 'id of the restored' "$(info back id)" "$id"

step 'a name can be used again meanwhile'
rbd trash mv back
rbd create --size 4M back
refused 17 rbd trash restore "$id"
rbd rm --no-progress back

step 'deferment'
young=$(info young id)
rbd trash mv --expires-at '1 day' young
refused 1 rbd trash rm --no-progress "$young"
same 'trash while deferred' "$(names)" "['back', 'young']"
rbd trash purge --no-progress
same 'only what has expired is purged' "$(names)" "['young']"
same 'data objects after the purge' "$(data)" 4

step 'an image with a snapshot can be moved but not removed'
rbd snap create --no-progress keep@s
kept=$(info keep id)
rbd trash mv keep
refused 39 rbd trash rm --no-progress "$kept"
rbd trash restore "$kept"
holds keep@s f

step 'forced'
rbd trash rm --no-progress --force "$young"
same 'trash at the end' "$(names)" '[]'
same 'data objects of the image kept' "$(data)" 2
rbd snap purge --no-progress keep
rbd rm --no-progress keep
same 'data objects left' "$(data)" 0
