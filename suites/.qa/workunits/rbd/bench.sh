#!/usr/bin/env bash
# rbd bench writes what it says: operations, bytes and objects add up.
. "$(dirname "$0")/lib.sh"

# ops FILE: operations told in the last line of a bench
ops() { sed -n 's/^elapsed: .*ops: *\([0-9]*\) .*/\1/p' "$1"; }

rbd create --size 16M bench
step 'sequential writes fill the image'
rbd bench --io-type write --io-size 64K --io-threads 8 --io-total 16M --io-pattern seq bench | tee seq
same 'operations' "$(ops seq)" 256
same 'objects' "$(objects bench)" 4
before=$(content bench)
[ "$before" != "$(truncate -s 16M zero && filesum zero)" ] || fail 'the image is all zeros after the bench'
head -c 1 <(rbd export --no-progress bench - 2>/dev/null) | cmp -n 1 - <(rbd export --no-progress bench - 2>/dev/null | tail -c 1) || fail 'first and last byte differ: a write is missing'

step 'reads change nothing'
rbd bench --io-type read --io-size 4K --io-threads 4 --io-total 4M --io-pattern rand bench | tee read
same 'operations' "$(ops read)" 1024
same 'content after reading' "$(content bench)" "$before"

step 'mixed'
rbd bench --io-type readwrite --rw-mix-read 50 --io-size 16K --io-threads 4 --io-total 8M --io-pattern rand bench | tee mixed
same 'read and write operations' "$(sed -n 's/.*ops: *\([0-9]*\) .*/\1/p' mixed | head -1)" 512

step 'random writes stay inside a new image'
rbd create --size 8M --object-size 1M rand
rbd bench --io-type write --io-size 4K --io-threads 8 --io-total 4M --io-pattern rand rand | tee rand.out
same 'operations' "$(ops rand.out)" 1024
n=$(objects rand)
[ "$n" -ge 1 ] && [ "$n" -le 8 ] || fail "8 objects are the most that 8 MB can have, found $n"
same 'image size' "$(info rand size)" 8388608

rbd rm --no-progress bench
rbd rm --no-progress rand
same 'data objects left' "$({ rados -p rbd ls | grep -c ^rbd_data || true; })" 0
