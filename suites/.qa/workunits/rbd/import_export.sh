#!/usr/bin/env bash
# What goes in by import comes out by export: from files and pipes, with holes, with snapshots.
. "$(dirname "$0")/lib.sh"

step 'a file whose size is no multiple of an object, with holes'
edit --file src size:25165947 write:0:4M:1 write:9M:2M:2 write:25165824:123:3
rbd import --no-progress src odd
same 'size after import' "$(info odd size)" 25165947
holds odd src
same 'objects of the sparse image' "$(objects odd)" 3
rbd export --no-progress odd back
cmp src back
[ "$(stat -c %b back)" -lt 24576 ] || fail 'the exported file has lost its holes'

step 'through pipes'
rbd import --no-progress - piped <src
holds piped src
rbd export --no-progress odd - | rbd import --no-progress - copied
same 'content of the piped copy' "$(content copied)" "$(filesum src)"

step 'another object size'
rbd import --no-progress --object-size 1M src fine
same 'object size' "$(info fine object_size)" 1048576
same 'objects of 1 MB' "$(objects fine)" 7
holds fine src

step 'format 2 carries the snapshots'
edit --image odd --file src snap:one write:4M:1M:4 discard:0:1M snap:two write:20M:64K:5
rbd export --no-progress --export-format 2 odd - >all
rbd import --no-progress --export-format 2 - again <all
same 'snapshots of the import' "$(rbd snap ls --format json again | json "[s['name'] for s in d]")" "['one', 'two']"
holds again@one src.one
holds again@two src.two
holds again src
[ "$(filesum src.one)" != "$(filesum src.two)" ] || fail 'the snapshots do not differ: nothing was shown'

step 'an import onto an existing image is refused'
refused 17 rbd import --no-progress src odd
holds odd src

for image in odd again; do rbd snap purge --no-progress "$image"; done
for image in odd piped copied fine again; do rbd rm --no-progress "$image"; done
same 'images left' "$(rbd ls | wc -l)" 0
