#!/usr/bin/env bash
# fio over librbd with checksums in every block; then proof that the check can fail.
. "$(dirname "$0")/lib.sh"

rbd create --size 16M fio
common=(--ioengine=rbd --clientname=admin --pool=rbd --rbdname=fio --bs=16k --iodepth=16 --size=16m
    --verify=crc32c --verify_fatal=1 --randseed=7 --output-format=json)

step 'write at random, read back and check every block'
fio --name=write --rw=randwrite --do_verify=1 "${common[@]}" --output=write.json
same 'fio errors' "$(json "sum(j['error'] for j in d['jobs'])" <write.json)" 0
same 'bytes written' "$(json "d['jobs'][0]['write']['io_bytes']" <write.json)" 16777216
same 'bytes verified' "$(json "d['jobs'][0]['read']['io_bytes']" <write.json)" 16777216
same 'objects' "$(objects fio)" 4

step 'a second client sees the same blocks'
fio --name=write --rw=randwrite --verify_only "${common[@]}" --output=verify.json
same 'fio errors' "$(json "sum(j['error'] for j in d['jobs'])" <verify.json)" 0

step 'a snapshot keeps them while the image is rewritten'
before=$(content fio)
rbd snap create --no-progress fio@before
fio --name=write --rw=randwrite --do_verify=1 "${common[@]}" --randseed=8 --output=second.json
same 'content of the snapshot' "$(content fio@before)" "$before"
[ "$(content fio)" != "$before" ] || fail 'the second pass wrote nothing new'

step 'damage is found'
edit --image fio write:5M:4K:99
refused 1 fio --name=write --rw=randwrite --verify_only "${common[@]}" --randseed=8 --output=damage.json

rbd snap purge --no-progress fio
rbd rm --no-progress fio
