#!/bin/bash
# Builds a source tree that has debian/ into Debian packages. Runs in the tree as the login user, who may use sudo.
# PROJECT, COMMIT, FLAVOR and CODENAME tell what is built, CPUS how many processors there are; the packages go to $OUT.
# VERSION is what git describe makes of the commit by the tags that begin with v, without the v; empty where there are none: then the changelog's version stays.
set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
[ -e debian/control ] || { echo "the tree has no debian/control: buildpackages needs a \`script\` that knows how to build $PROJECT" >&2; exit 1; }

get() {
    local try
    for try in {1..30}; do
        sudo -E apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@" && return
        [ "$1" = update ] || return 1
        sleep 10
    done
}

echo "== tools"
if ! command -v dpkg-buildpackage >/dev/null || ! command -v fakeroot >/dev/null; then
    get update
    get --no-install-recommends install build-essential fakeroot
fi

echo "== what the packages are built with"
if ! dpkg-checkbuilddeps; then
    get update
    get --no-install-recommends build-dep ./
fi

if [ -n "${VERSION:-}" ]; then
    # Each commit has a version of its own, so that an upgrade from one to the other is one
    old=$(dpkg-parsechangelog -S Version)
    epoch=; [[ $old != *:* ]] || epoch=${old%%:*}:
    new=$epoch${VERSION//-/.}-1
    if [ "$new" != "$old" ]; then
        { printf '%s (%s) %s; urgency=medium\n\n  * Built of %s.\n\n -- teuthology <teuthology@localhost>  %s\n\n' \
            "$(dpkg-parsechangelog -S Source)" "$new" "$CODENAME" "$COMMIT" "$(date -R)"; cat debian/changelog; } > ../changelog
        mv ../changelog debian/changelog
    fi
fi

echo "== building $PROJECT $(dpkg-parsechangelog -S Version) ($FLAVOR) with $CPUS processors"
export DEB_BUILD_OPTIONS="parallel=$CPUS nocheck ${DEB_BUILD_OPTIONS:-}"
dpkg-buildpackage -b -uc -us -j"$CPUS"
mv ../*.deb "$OUT"
