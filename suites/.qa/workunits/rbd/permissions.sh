#!/usr/bin/env bash
# A client with the read-only profile reads everything and changes nothing; one without caps gets nothing at all.
. "$(dirname "$0")/lib.sh"

trap 'sudo rm -f /etc/ceph/ceph.client.{reader,nobody}.keyring' EXIT
ceph auth get-or-create client.reader mon 'profile rbd-read-only' osd 'profile rbd-read-only pool=rbd' | sudo tee /etc/ceph/ceph.client.reader.keyring >/dev/null
ceph auth get-or-create client.nobody mon 'allow r' | sudo tee /etc/ceph/ceph.client.nobody.keyring >/dev/null
sudo chmod 644 /etc/ceph/ceph.client.{reader,nobody}.keyring

rbd create --size 16M secret
edit --image secret --file f size:16M write:0:4M:31 snap:s write:8M:1M:32
edit --file new size:1M write:0:64K:33
rbd snap protect secret@s
state() { rbd ls -l --format json | sum; rados -p rbd ls | sort | sum; content secret; content secret@s; }
before=$(state)

step 'reading'
reader=(--id reader)
same 'images seen' "$(rbd "${reader[@]}" ls)" secret
same 'content read' "$(rbd "${reader[@]}" export --no-progress secret - | sum)" "$(filesum f)"
same 'snapshot read' "$(rbd "${reader[@]}" export --no-progress secret@s - | sum)" "$(filesum f.s)"
same 'size seen' "$(rbd "${reader[@]}" info --format json secret | json "d['size']")" 16777216
rbd "${reader[@]}" snap ls secret | grep -q ' s ' || fail 'the reader does not see the snapshot'

step 'every change is refused'
refused 1 rbd "${reader[@]}" create --size 8M mine
refused 1 rbd "${reader[@]}" import --no-progress new mine
refused 1 rbd "${reader[@]}" clone secret@s mine
refused 1 rbd "${reader[@]}" rename secret mine
refused 1 rbd "${reader[@]}" snap create --no-progress secret@t
refused 1 rbd "${reader[@]}" snap unprotect secret@s
refused 1 rbd "${reader[@]}" resize --no-progress --size 32M secret
refused 1 rbd "${reader[@]}" bench --io-type write --io-total 4K secret
refused 1 rbd "${reader[@]}" image-meta set secret k v
refused 1 rbd "${reader[@]}" rm --no-progress secret
refused 1 rados "${reader[@]}" -p rbd put intruder new
refused 1 rados "${reader[@]}" -p rbd rm rbd_directory
same 'state after all attempts' "$(state)" "$before"

step 'no caps, no sight'
refused 1 rbd --id nobody ls
refused 1 rados --id nobody -p rbd ls
refused 1 rbd --id nobody export --no-progress secret -

step 'the owner still can'
rbd snap unprotect secret@s
rbd snap purge --no-progress secret
rbd rm --no-progress secret
ceph auth rm client.reader
