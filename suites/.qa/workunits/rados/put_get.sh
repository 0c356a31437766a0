#!/usr/bin/env bash
# Objects come back as they went in; listing, attributes, omap, copies and removal agree with each other.
set -euo pipefail
export LC_ALL=C
fail() { echo "FAIL: $*" >&2; exit 1; }
same() { [ "$2" = "$3" ] || fail "$1: expected '$3', got '$2'"; }

pool=workunit
ceph osd pool create "$pool" 8
ceph osd pool application enable "$pool" rados
trap 'ceph osd pool rm "$pool" "$pool" --yes-i-really-really-mean-it' EXIT
r() { rados -p "$pool" "$@"; }

head -c 9000001 /dev/urandom >big
head -c 4096 /dev/urandom >small
: >empty
for o in big small empty; do r put "$o" "$o"; done
for o in big small empty; do
    r get "$o" back
    cmp "$o" back
    same "size of $o" "$(r stat "$o" | sed 's/.*size //')" "$(stat -c %s "$o")"
done
same 'list' "$(r ls | sort | paste -sd' ')" 'big empty small'

r setxattr small colour blue
same 'attribute' "$(r getxattr small colour)" blue
r setomapval small key value
r getomapval small key out
same 'omap value' "$(cat out)" value
same 'omap keys' "$(r listomapkeys small)" key

r cp big copy
r get copy back
cmp big back
r append small empty
r truncate copy 1000
r get copy back
cmp -n 1000 big back
same 'size after truncation' "$(stat -c %s back)" 1000

r rm big
if r get big back 2>/dev/null; then fail 'a removed object can still be read'; fi
same 'list after removal' "$(r ls | sort | paste -sd' ')" 'copy empty small'
