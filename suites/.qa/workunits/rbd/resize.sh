#!/usr/bin/env bash
# The image grows and shrinks above the part that is being written; nothing of that part is lost.
. "$(dirname "$0")/lib.sh"
M=1048576

rbd create --size 64M img
edit --image img write:48M:4M:61
fio --name=live --ioengine=rbd --clientname=admin --pool=rbd --rbdname=img --rw=randwrite --bs=8k --iodepth=8 --size=32m \
    --io_size=48m --rate_iops=1500 --verify=crc32c --do_verify=1 --verify_fatal=1 --randseed=9 --output-format=json --output=fio.json &
fio=$!
trap 'kill $fio 2>/dev/null || true' EXIT
sleep 0.5

step 'resizing while fio writes'
rounds=0
while kill -0 "$fio" 2>/dev/null && [ "$rounds" -lt 6 ]; do
    for size in 128 96 32 64; do
        shrink=()
        [ "$size" = 128 ] || shrink=(--allow-shrink)
        rbd resize --no-progress "${shrink[@]}" --size "${size}M" img
        same 'size' "$(info img size)" $((size * M))
    done
    rounds=$((rounds + 1))
    sleep 0.2
done
[ "$rounds" -ge 2 ] || fail "fio ended after $rounds rounds of resizing: nothing was shown"
refused 22 rbd resize --no-progress --size 32M img

step 'the bytes that fio wrote'
wait "$fio" || fail 'fio found damage'
trap - EXIT
same 'fio errors' "$(json "sum(j['error'] for j in d['jobs'])" <fio.json)" 0
[ "$(json "d['jobs'][0]['read']['io_bytes']" <fio.json)" -ge $((16 * M)) ] || fail 'too little was verified'

step 'what was cut off stays zero'
rbd export --no-progress img whole
same 'size of the export' "$(stat -c %s whole)" $((64 * M))
same 'bytes above 32 MB' "$(tail -c $((32 * M)) whole | tr -d '\0' | wc -c)" 0
[ "$(head -c $((32 * M)) whole | tr -d '\0' | wc -c)" -gt $((8 * M)) ] || fail 'the lower half is empty'
rbd rm --no-progress img
