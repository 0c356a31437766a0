#!/bin/bash
# Builds what a virtual machine of the embedded lab boots, of the lab's image and Debian's kernel: $1/disk (the root file system), $1/vmlinuz, $1/initrd, $1/release.
# Runs as root of its own mount and process namespaces. $1 is an empty directory but for $1/sources.list.d (apt sources) and $1/apt.conf (how to fetch from them).
# LAB_IMAGE   root file system of the lab's image; only read
# GUEST_PACKAGES packages that are laid over it unconfigured; the first one depends on the kernel
# Lines "@step ..." and "@fail ..." on stdout tell the progress. When stdin ends, the build does.
set -euo pipefail
work=$1 upper=$1/upper root=$1/root
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
exec 3<&0 </dev/null
if [ $$ = 1 ]; then { cat <&3 >/dev/null; kill -KILL -1; } & fi

step() { echo "@step $*"; }
fail() { echo "@fail $*"; exit 1; }

fetch() {
    step "downloading the kernel"
    mkdir -p "$work"/apt/{lists/partial,archives/partial} "$work/debs"
    : > "$work/apt/status"
    cat > "$work/apt/apt.conf" <<END
Dir::Etc::Main "/dev/null"; Dir::Etc::Parts "/dev/null";
Dir::Etc::SourceList "/dev/null"; Dir::Etc::SourceParts "$work/sources.list.d";
Dir::Etc::Preferences "/dev/null"; Dir::Etc::PreferencesParts "/dev/null";
Dir::State "$work/apt"; Dir::State::Lists "$work/apt/lists"; Dir::State::Status "$work/apt/status";
Dir::Cache "$work/apt"; Dir::Cache::Archives "$work/apt/archives";
APT::Sandbox::User "root"; Acquire::Languages "none"; Acquire::Retries "3";
END
    cat "$work/apt.conf" >> "$work/apt/apt.conf"
    export APT_CONFIG=$work/apt/apt.conf
    cp -p /var/lib/apt/lists/*_{InRelease,Packages*} "$work/apt/lists/" 2>/dev/null || true
    apt-get -q update || fail "apt-get update failed; the lines above say why"
    set -- $GUEST_PACKAGES
    local kernel; kernel=$(apt-cache depends "$1" | sed -n 's/.*Depends: \(linux-image-\)/\1/p')
    [ -n "$kernel" ] || fail "$1 depends on no kernel"
    shift
    (cd "$work/debs" && apt-get -q download "$kernel" busybox-static "$@") || fail "packages cannot be downloaded; the lines above say why"
    unset APT_CONFIG
}

lay() {
    step "laying the kernel over the image"
    local deb
    mkdir -p "$upper/usr" "$work/ov" "$root"
    for deb in "$work"/debs/*.deb; do
        mkdir -p "$work/open"
        dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$work/open" --exclude=./usr/share/doc --exclude=./usr/share/man --exclude=./usr/share/locale
        case ${deb##*/} in
        busybox-static_*) cp "$work/open/bin/busybox" "$work/busybox" ;;
        linux-image-*) release=$(ls "$work/open/lib/modules"); cp "$work/open/boot/vmlinuz-$release" "$work/vmlinuz"; mkdir -p "$upper/usr/lib"; cp -a "$work/open/lib/modules" "$upper/usr/lib/" ;;
        # /lib and its like are links into /usr
        *) for d in bin sbin lib; do [ ! -d "$work/open/$d" ] || { mkdir -p "$upper/usr/$d"; cp -a "$work/open/$d/." "$upper/usr/$d/"; rm -r "${work:?}/open/$d"; }; done; cp -a "$work/open/." "$upper/" ;;
        esac
        rm -rf "$work/open"
    done
    echo "$release" > "$work/release"
    mkdir -p "$upper/usr/local/sbin"
    # The machine's first process: what the kernel leaves to it, devices, and sshd
    cat > "$upper/usr/local/sbin/lab-init" <<'END'
#!/bin/sh
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
mount -t proc proc /proc; mount -t sysfs sys /sys; mountpoint -q /dev || mount -t devtmpfs dev /dev
mount -t tmpfs -o mode=755,nosuid run /run
mkdir -p /dev/pts /dev/shm /run/sshd /run/lock
mount -t devpts -o mode=620,gid=5 devpts /dev/pts; mount -t tmpfs -o mode=1777 shm /dev/shm
mount -t debugfs debug /sys/kernel/debug 2>/dev/null
ln -sf /proc/self/fd /dev/fd
hostname "$(cat /etc/hostname)"
modprobe -a virtio_net
for word in $(cat /proc/cmdline); do
    case $word in lab.address=*) address=${word#*=} ;; lab.gateway=*) gateway=${word#*=} ;; esac
done
ip link set lo up
for dev in /sys/class/net/e*; do
    ip addr add "$address/24" dev "${dev##*/}"; ip link set "${dev##*/}" up; ip route add default via "$gateway"
done
/lib/systemd/systemd-udevd --daemon
ulimit -n 65536
echo "up: $(uname -r) after $(cut -d' ' -f1 /proc/uptime) s" >/dev/console
trap 'sync; echo b >/proc/sysrq-trigger' TERM
/usr/sbin/sshd -D -e &
while :; do wait; sleep 1; done
END
    printf '#!/bin/sh\nsync; exec kill -TERM 1\n' > "$upper/usr/local/sbin/reboot"
    chmod 755 "$upper"/usr/local/sbin/*
    mkdir -p "$work/ovwork"
    mount -t overlay overlay -o "lowerdir=$LAB_IMAGE,upperdir=$upper,workdir=$work/ovwork" "$root"
    rm -f "$root"/etc/ssh/ssh_host_*
    chroot "$root" depmod "$release"
}

# One program and the modules that the disk needs; who the machine is comes on a second disk, as a tar archive.
initrd() {
    step "making the initial file system"
    local tree=$work/tree file
    mkdir -p "$tree"/{bin,dev,proc,root,modules}
    cp "$work/busybox" "$tree/bin/busybox"
    for module in virtio_pci virtio_blk ext4; do chroot "$root" modprobe -S "$release" --show-depends $module; done |
        sed -n 's/^insmod //p' | awk '!seen[$1]++ { print $1 }' | while read -r file; do cp "$root$file" "$tree/modules/"; echo "${file##*/}"; done > "$tree/modules/order"
    cat > "$tree/init" <<'END'
#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
while read -r module; do /bin/busybox insmod "/modules/$module"; done < /modules/order
/bin/busybox mount -t ext4 -o noatime,nobarrier /dev/vda /root || /bin/busybox sh
[ ! -e /root/.identity ] && /bin/busybox tar -x -f /dev/vdb -C /root && : > /root/.identity
/bin/busybox umount /dev
exec /bin/busybox switch_root /root /usr/local/sbin/lab-init
END
    chmod 755 "$tree/init"
    sed -i '1s,.*,#!/bin/busybox sh,' "$tree/init"
    (cd "$tree" && find . | "$work/busybox" cpio -o -H newc 2>/dev/null) | gzip -1 > "$work/initrd"
}

disk() {
    step "writing the disk"
    truncate -s 20G "$work/disk"
    mkfs.ext4 -q -F -O ^has_journal -E lazy_itable_init=1 -d "$root" "$work/disk"
    umount "$root"
}

fetch
lay
initrd
disk
rm -rf "$upper" "$root" "$work/ovwork" "$work/tree" "$work/debs" "$work/apt" "$work/ov" "$work/busybox"
step "done"
