#!/usr/bin/env bash
# Writes with checksums until every OSD named has been away and come back; then every block must verify.
# usage: osd_restart.sh OSD...
. "$(dirname "$0")/lib.sh"
[ $# -gt 0 ] || fail 'name the OSDs that will be restarted'

# epochs OSD...: the epoch at which each last came up
epochs() { ceph osd dump --format json | json "' '.join(str(o['up_from']) for w in '$*'.split() for o in d['osds'] if o['osd'] == int(w))"; }

rbd create --size 32M img
first=$(epochs "$@")
touch "$TESTDIR/workunit.writing"
trap 'rm -f "$TESTDIR/workunit.writing"' EXIT

pass() {
    fio --name=w --ioengine=rbd --clientname=admin --pool=rbd --rbdname=img --rw=randwrite --bs=16k --iodepth=8 --size=32m --rate=16m \
        --verify=crc32c --do_verify=1 --verify_fatal=1 --randseed="$1" --output-format=json --output="$1.json"
    same 'fio errors' "$(json "sum(j['error'] for j in d['jobs'])" <"$1.json")" 0
    same 'bytes written' "$(json "d['jobs'][0]['write']['io_bytes']" <"$1.json")" 33554432
    same 'bytes verified' "$(json "d['jobs'][0]['read']['io_bytes']" <"$1.json")" 33554432
}

away() {
    local a b i=0
    read -ra a <<<"$first"
    read -ra b <<<"$(epochs "$@")"
    for ((i = 0; i < $#; i++)); do [ "${b[i]}" -gt "${a[i]}" ] || return 1; done
}

passes=0
until away "$@"; do
    passes=$((passes + 1))
    [ "$passes" -le 40 ] || fail "osd $* did not restart while $passes passes were written"
    pass "$passes"
done
[ "$passes" -gt 0 ] || fail 'the OSDs were restarted before anything was written'
echo "came back during pass $passes"

step 'one more pass on the healed cluster'
pass 100
before=$(content img)
same 'content read twice' "$(content img)" "$before"
rbd rm --no-progress img
