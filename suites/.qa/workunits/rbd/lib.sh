# Sourced by the rbd workunits: checks that name what was expected and what was found.
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() { echo "FAIL: $*" >&2; exit 1; }
step() { echo "--- $*"; }

# same WHAT GOT WANT
same() { [ "$2" = "$3" ] || fail "$1: expected '$3', got '$2'"; }

# refused STATUS COMMAND...: the command must fail with exactly that status (an errno).
refused() {
    local want=$1 got=0
    shift
    "$@" >refused.out 2>&1 || got=$?
    [ "$got" = "$want" ] || { cat refused.out >&2; fail "'$*' ended with status $got, expected $want"; }
}

sum() { sha1sum | cut -d' ' -f1; }
filesum() { sum <"$1"; }

# content IMAGE[@SNAP]: checksum of all its bytes, holes as zeros
content() { rbd export --no-progress "$1" - | sum; }

# holds IMAGE[@SNAP] FILE: byte for byte
holds() { same "content of $1" "$(content "$1")" "$(filesum "$2")"; }

# edit [--image NAME] [--file PATH] OPERATION...: see edit.py; the same edits on an image and on a file keep both equal
edit() { python3 "$here/edit.py" "$@"; }

# json EXPRESSION: evaluates it over the document on standard input, which is `d`
json() { python3 -c 'import json,sys; d=json.load(sys.stdin); print(eval(sys.argv[1]))' "$1"; }

info() { rbd info --format json "$1" | json "d['$2']"; }

# objects IMAGE: how many data objects of it exist in the pool
objects() {
    local prefix
    prefix=$(info "$1" block_name_prefix)
    { rados -p rbd ls | grep -c "^$prefix\\." || true; }
}
