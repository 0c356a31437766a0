#!/usr/bin/env bash
# A file system mounted twice by FUSE: what one mount writes the other reads. Without /dev/fuse the same is done over libcephfs.
set -euo pipefail
export LC_ALL=C
fail() { echo "FAIL: $*" >&2; exit 1; }
same() { [ "$2" = "$3" ] || fail "$1: expected '$3', got '$2'"; }

same 'active MDS' "$(ceph fs dump --format json | python3 -c '
import json, sys
d = json.load(sys.stdin)
print(sum(i["state"] == "up:active" for f in d["filesystems"] for i in f["mdsmap"]["info"].values()))')" 1

if [ -c /dev/fuse ] && sudo sh -c ': <>/dev/fuse' 2>/dev/null; then
    mkdir a b
    trap 'sudo umount -l a b 2>/dev/null || true' EXIT
    sudo ceph-fuse --name client.admin "$PWD/a"
    sudo ceph-fuse --name "client.$CEPH_ID" "$PWD/b"
    same 'file system type' "$(stat -f -c %T a)" fuseblk
    sudo mkdir a/dir
    head -c 5000000 /dev/urandom >local
    sudo cp local a/dir/file
    sudo sync -f a/dir/file
    sudo cmp local b/dir/file
    for i in $(seq 20); do sudo touch "b/dir/f$i"; done
    same 'entries seen by the other mount' "$(sudo ls a/dir | wc -l)" 21
    sudo ln -s file a/dir/link
    same 'link target' "$(sudo readlink b/dir/link)" file
    sudo mv a/dir a/moved
    sudo cmp local b/moved/file
    sudo rm -r b/moved
    same 'entries at the end' "$(sudo ls -A a | wc -l)" 0
    sudo umount a
    sudo umount b
    trap - EXIT
    rmdir a b
else
    echo 'no /dev/fuse: over libcephfs'
    python3 - <<'P'
import cephfs, os
one, two = (cephfs.LibCephFS(conffile="", auth_id="admin") for _ in range(2))
for c in (one, two):
    c.mount()
data = os.urandom(5000000)
one.mkdir("/dir", 0o755)
fd = one.open("/dir/file", "w", 0o644)
assert one.write(fd, data, 0) == len(data)
one.fsync(fd, 0)
one.close(fd)
fd = two.open("/dir/file", "r", 0)
assert two.read(fd, 0, len(data) + 1) == data
two.close(fd)
two.rename("/dir/file", "/dir/other")
assert one.stat("/dir/other").st_size == len(data)
one.unlink("/dir/other")
one.rmdir("/dir")
for c in (one, two):
    c.shutdown()
P
fi
