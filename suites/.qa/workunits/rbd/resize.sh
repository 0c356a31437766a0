#!/usr/bin/env bash
# The image grows and shrinks above the part that is being written; nothing of that part is lost.
. "$(dirname "$0")/lib.sh"
M=1048576

rbd create --size 64M img
edit --image img write:48M:4M:61

# Passes of checked writes below 32 MB, until told to stop
write_on() {
    local n=0
    until [ -e stop ]; do
        n=$((n + 1))
        fio --name=live --ioengine=rbd --clientname=admin --pool=rbd --rbdname=img --rw=randwrite --bs=16k --iodepth=8 --size=32m \
            --rate_iops=600 --verify=crc32c --do_verify=1 --verify_fatal=1 --randseed=$n --output-format=json --output="fio.$n.json"
        same 'bytes verified' "$(json "d['jobs'][0]['read']['io_bytes']" <"fio.$n.json")" $((32 * M))
    done
    echo "$n" >passes
}
write_on &
writer=$!
trap 'touch stop; wait $writer || true' EXIT
sleep 0.5

step 'resizing while fio writes'
for _ in 1 2 3; do
    for size in 128 96 32 64; do
        shrink=()
        [ "$size" = 128 ] || shrink=(--allow-shrink)
        rbd resize --no-progress "${shrink[@]}" --size "${size}M" img
        same 'size' "$(info img size)" $((size * M))
    done
    kill -0 "$writer" 2>/dev/null || fail 'the writer has gone'
done
refused 22 rbd resize --no-progress --size 32M img

step 'the bytes that fio wrote'
touch stop
wait "$writer" || fail 'fio failed or found damage'
trap - EXIT
[ "$(cat passes)" -ge 1 ] || fail 'nothing was written'

step 'what was cut off stays zero'
rbd export --no-progress img whole
same 'size of the export' "$(stat -c %s whole)" $((64 * M))
same 'bytes above 32 MB' "$(tail -c $((32 * M)) whole | tr -d '\0' | wc -c)" 0
[ "$(head -c $((32 * M)) whole | tr -d '\0' | wc -c)" -gt $((8 * M)) ] || fail 'the lower half is empty'
rbd rm --no-progress img
