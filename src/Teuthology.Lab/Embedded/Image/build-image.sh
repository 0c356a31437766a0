#!/bin/bash
# Builds the operating-system image of the embedded lab: $1/root. Runs as root of its own mount and process namespaces.
# $1 is an empty directory but for $1/sources.list.d (apt sources) and $1/apt.conf (how to fetch from them).
# OS_PACKAGES are installed. REPO_PACKAGES go into an apt repository inside the image, to be installed in the machines; so does all of the source
# package HELD_SOURCE, while everything else that they need is installed. HELD_PACKAGES are those of them that few want: what nobody else needs is not installed either.
# Leaves $1/root and $1/id_ed25519 (the key that opens the machines) and much that may be thrown away.
# Lines "@step ..." and "@fail ..." on stdout tell the progress. When stdin ends, the build does.
set -euo pipefail
work=$1 root=$1/root debs=$1/debs
[ -n "${OS_PACKAGES:-}" ] && [ -n "${REPO_PACKAGES:-}" ] && [ -n "${HELD_SOURCE:-}" ]
export LC_ALL=C DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true TZ=UTC
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# Whoever started the build is gone: end everything in this process namespace.
exec 3<&0 </dev/null
if [ $$ = 1 ]; then { cat <&3 >/dev/null; kill -KILL -1; } & fi

step() { echo "@step $*"; }
fail() { echo "@fail $*"; exit 1; }

resolve_and_download() {
    step "resolving packages"
    mkdir -p "$work"/apt/{lists/partial,archives/partial} "$debs"
    : > "$work/apt/status"
    cat > "$work/apt/apt.conf" <<EOF
Dir::Etc::Main "/dev/null"; Dir::Etc::Parts "/dev/null";
Dir::Etc::SourceList "/dev/null"; Dir::Etc::SourceParts "$work/sources.list.d";
Dir::Etc::Preferences "/dev/null"; Dir::Etc::PreferencesParts "/dev/null";
Dir::State "$work/apt"; Dir::State::Lists "$work/apt/lists"; Dir::State::Status "$work/apt/status";
Dir::Cache "$work/apt"; Dir::Cache::Archives "$work/apt/archives";
APT::Sandbox::User "root"; APT::Install-Recommends "0"; Acquire::Languages "none"; Acquire::Retries "3";
EOF
    cat "$work/apt.conf" >> "$work/apt/apt.conf"
    export APT_CONFIG=$work/apt/apt.conf
    # What the host has of the lists is only asked whether it is still fresh
    cp -p /var/lib/apt/lists/*_{InRelease,Packages*} "$work/apt/lists/" 2>/dev/null || true
    apt-get -q update || fail "apt-get update failed; the lines above say why"
    apt-get -qq -y --print-uris install '?essential' usr-is-merged $OS_PACKAGES $REPO_PACKAGES > "$work/uris" \
        || fail "apt cannot resolve the image's packages; the lines above say why"
    apt-get -qq -y --print-uris install '?essential' usr-is-merged libeatmydata1 > "$work/uris.essential"
    local package often=()
    for package in $REPO_PACKAGES; do [[ " ${HELD_PACKAGES:-} " = *" $package "* ]] || often+=("$package"); done
    apt-get -qq -y --print-uris install '?essential' usr-is-merged $OS_PACKAGES "${often[@]}" > "$work/uris.often"

    step "downloading $(grep -c . "$work/uris") packages, $(awk '{ s += $3 } END { printf "%d", s / 1e6 }' "$work/uris") MB"
    # print-uris tells apt's install order; the mirror answers several askers faster than one
    awk '{ f = $2; sub(/_[^_]*$/, "", f); sub(/_/, "=", f); sub(/%3a/, ":", f); print f }' "$work/uris" > "$work/specs"
    local i pids=()
    for i in 0 1 2 3; do
        (cd "$debs" && awk -v i=$i 'NR % 4 == i' "$work/specs" | xargs -r apt-get -q download > "$work/download.$i.log" 2>&1) &
        pids+=($!)
    done
    for i in "${pids[@]}"; do
        wait "$i" || { grep -h '^[EW]:' "$work"/download.*.log | tail -5; fail "packages cannot be downloaded; the lines above say why"; }
    done
    # held: of the held source (the pool's folder names it), or wanted by few only; the rest is installed
    awk -v source="/$HELD_SOURCE/" -v work="$work" '
        FNR == NR { often[$2]; next } { print $2 > (work "/" (index($1, source) || !($2 in often) ? "held" : "os")) }' "$work/uris.often" "$work/uris"
    unset APT_CONFIG
}

unpack_base() {
    step "unpacking the base system"
    local d; mkdir -p "$root"
    for d in bin sbin lib lib64; do mkdir -p "$root/usr/$d"; ln -s "usr/$d" "$root/$d"; done
    awk '{ print $2 }' "$work/uris.essential" | (cd "$debs" && xargs -P2 -n8 sh -c '
        root=$0; for d; do dpkg-deb --fsys-tarfile "$d" | tar -x -C "$root" --keep-directory-symlink \
            --exclude=./usr/share/man --exclude=./usr/share/doc --exclude=./usr/share/info --exclude=./usr/share/locale; done' "$root")
    cp "$root/usr/share/base-passwd/passwd.master" "$root/etc/passwd"
    cp "$root/usr/share/base-passwd/group.master" "$root/etc/group"
    mkdir -p "$root"/var/lib/dpkg/{updates,info} "$root/etc/dpkg/dpkg.cfg.d" "$root"/{proc,sys,dev,run,tmp}
    : > "$root/var/lib/dpkg/status"; : > "$root/var/lib/dpkg/available"; : > "$root/etc/fstab"
    ln -s /proc/self/mounts "$root/etc/mtab"
    echo localhost > "$root/etc/hostname"; printf '127.0.0.1 localhost\n' > "$root/etc/hosts"
    printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"; chmod 755 "$root/usr/sbin/policy-rc.d"
    cat > "$root/etc/dpkg/dpkg.cfg.d/lab" <<'EOF'
force-unsafe-io
path-exclude=/usr/share/man/*
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/info/*
path-exclude=/usr/share/locale/*
path-exclude=/usr/share/lintian/*
EOF
    mount -t proc proc "$root/proc"
    for d in null zero full random urandom tty; do : > "$root/dev/$d"; mount --bind "/dev/$d" "$root/dev/$d"; done
    ln -s /proc/self/fd "$root/dev/fd"
    mkdir -p "$root/dev/shm"; mount -t tmpfs tmpfs "$root/dev/shm"
    mkdir -p "$root/debs"; mount --bind "$debs" "$root/debs"
}

in_root() { chroot "$root" /usr/bin/env -i LC_ALL=C DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true TZ=UTC HOME=/root \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LD_PRELOAD=libeatmydata.so "$@"; }

# Things that packages do again and again when they are installed, and that a machine without systemd has no use for.
quieten() {
    local f
    for f in /usr/bin/py3compile /usr/bin/py3clean /usr/bin/deb-systemd-helper /usr/bin/deb-systemd-invoke; do
        in_root dpkg-divert --quiet --local --rename --divert "$f.real" --add "$f"
        printf '#!/bin/sh\n# The image is compiled as a whole, and no systemd runs here; the real one is %s.real\nexit 0\n' "$f" > "$root$f"
        chmod 755 "$root$f"
    done
}

install_os() {
    step "unpacking $(grep -c . "$work/os") packages"
    quieten
    in_root sh -c 'cd /debs && exec xargs dpkg --force-depends --unpack' < "$work/os" > "$work/unpack.log" 2>&1 \
        || { tail -20 "$work/unpack.log"; fail "dpkg --unpack failed"; }
    step "setting packages up"
    in_root dpkg --configure -a > "$work/configure.log" 2>&1 || { tail -20 "$work/configure.log"; fail "dpkg --configure failed"; }
}

# The held packages are opened once here, so that no machine has to decompress or compile them.
open_held() {
    mkdir -p "$work/open"
    (cd "$debs" && xargs -n1 sh -c 'dpkg-deb -R "$1" "$0/${1%.deb}"' "$work/open") < "$work/held"
}

make_repo() {
    step "making the apt repository of $(grep -c . "$work/held") packages"
    local repo=$root/srv/packages; mkdir -p "$repo" "$root/open"
    mount --bind "$work/open" "$root/open"
    in_root sh -c 'for d in /open/*/; do
        find "$d" -name "*.py" -path "*/python3/dist-packages/*" -o -name "*.py" -path "*/share/ceph/mgr/*" | grep -q . &&
            echo "-s $d -p / $(for p in usr/lib/python3 usr/share/ceph/mgr; do [ ! -d "$d$p" ] || echo "$d$p"; done)"; done |
        xargs -r -P2 -L1 python3 -m compileall -q' > "$work/compile.log" 2>&1 || true
    umount "$root/open"; rmdir "$root/open"
    (cd "$work/open" && ls | xargs -P2 -I{} dpkg-deb --root-owner-group -Znone -b {} "$repo/{}.deb") > /dev/null
    local deb
    (cd "$repo" && for deb in *.deb; do
        dpkg-deb -f "$deb"
        printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d' ' -f1)"
    done > Packages)
    rm -f "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/* "$root/etc/apt/apt.conf.d/70debconf"
    echo 'deb [trusted=yes] file:/srv/packages ./' > "$root/etc/apt/sources.list"
    cat > "$root/etc/apt/apt.conf.d/90lab" <<'EOF'
APT::Install-Recommends "0";
APT::Sandbox::User "root";
APT::Get::Assume-Yes "1";
Acquire::Languages "none";
Dpkg::Use-Pty "0";
EOF
    in_root apt-get -q update && in_root apt-cache gencaches
}

finish() {
    step "finishing"
    in_root python3 -m compileall -q -j 2 /usr/lib/python3 /usr/lib/python3.11 > "$work/compile.os.log" 2>&1 || true
    in_root sh -e -c '
        id ceph >/dev/null 2>&1 || { groupadd -g 64045 ceph; useradd -u 64045 -g ceph -d /var/lib/ceph -M -s /usr/sbin/nologin -p "*" -c "Ceph storage service" ceph; }
        useradd -m -u 1000 -U -s /bin/bash -p "*" ubuntu; chmod 755 /home/ubuntu
        install -d -m 700 -o ubuntu -g ubuntu /home/ubuntu/.ssh
        install -m 600 -o ubuntu -g ubuntu /dev/null /home/ubuntu/.ssh/authorized_keys
        rm -f /etc/ssh/ssh_host_* /etc/machine-id; ldconfig'
    echo 'ubuntu ALL=(ALL) NOPASSWD:ALL' > "$root/etc/sudoers.d/ubuntu"; chmod 440 "$root/etc/sudoers.d/ubuntu"
    cat > "$root/etc/ssh/sshd_config" <<'EOF'
HostKey /etc/ssh/ssh_host_ed25519_key
UsePAM no
UseDNS no
PasswordAuthentication no
KbdInteractiveAuthentication no
PrintMotd no
PrintLastLog no
X11Forwarding no
MaxStartups 1000
MaxSessions 1000
SetEnv PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
AcceptEnv LANG LC_*
Subsystem sftp internal-sftp
EOF
    printf 'LANG=C.UTF-8\n' > "$root/etc/default/locale"
    # The key that opens every machine made of this image
    in_root ssh-keygen -q -t ed25519 -N '' -C lab -f /id_ed25519; mv "$root"/id_ed25519* "$work/"
    umount "$root/debs" "$root"/dev/{null,zero,full,random,urandom,tty,shm} "$root/proc"
    rm -rf "$root/debs" "$root"/dev/* "$root/usr/sbin/policy-rc.d" "$root"/var/log/*.log "$root"/var/log/apt "$root"/tmp/* "$root"/run/*
    rm -rf "$root"/var/cache/debconf/*-old "$root"/var/lib/dpkg/*-old
    chmod 755 "$root"; chmod 1777 "$root/tmp"
}

resolve_and_download
open_held > "$work/open.log" 2>&1 & opening=$!
unpack_base
install_os
wait $opening || { cat "$work/open.log"; fail "the packages for the machines cannot be opened"; }
make_repo
finish
step "done"
