#!/bin/bash
# Builds a disk that a virtual machine boots by its own grub: $1/disk. Runs as root; $1 is an empty directory.
# Leaves $1/disk, $1/id_ed25519 (opens it for the user ubuntu), $1/host_key.pub, $1/release and, to make other kernels of, $1/kernel (vmlinuz, config, modules/).
set -euo pipefail
work=$1 root=$1/root size=1000
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
. /etc/os-release

mmdebstrap --quiet --variant=minbase --skip=check/empty \
    --include=linux-image-cloud-amd64,tiny-initramfs,grub2-common,grub-pc-bin,openssh-server,sudo,iproute2,wget,git,procps,kmod,psmisc,python3-minimal \
    --aptopt='APT::Install-Recommends "0"' --aptopt='Acquire::Languages "none"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt=force-unsafe-io \
    "$VERSION_CODENAME" "$root"
release=$(ls "$root/lib/modules")
echo "$release" >"$work/release"

# what an emulated processor need not start each time grub's menu is made
rm -f "$root"/etc/grub.d/{05_debian_theme,20_linux_xen,30_os-prober,30_uefi-firmware,41_custom}
cat >"$root/etc/default/grub" <<'EOF'
GRUB_TIMEOUT=0
GRUB_CMDLINE_LINUX="console=ttyS0 root=/dev/vda1 mitigations=off"
GRUB_TERMINAL=serial
GRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"
GRUB_DISABLE_LINUX_UUID=true
GRUB_DISABLE_RECOVERY=true
EOF
# an initrd of one program, which an emulated processor makes in seconds
install -d "$root/etc/tiny-initramfs"
printf 'AUTO_MODULES=no\nINCLUDE_MODULES="virtio_pci virtio_blk ext4"\nMICROCODE=no\n' >"$root/etc/tiny-initramfs/tiny-initramfs.conf"
echo '/dev/vda1 / ext4 defaults 0 1' >"$root/etc/fstab"
rm -f "$root"/boot/initrd*
chroot "$root" mktirfs -o "/boot/initrd.img-$release" "$release"

cat >"$root/sbin/init" <<'EOF'
#!/bin/sh
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mountpoint -q /proc || mount -t proc proc /proc
mountpoint -q /sys || mount -t sysfs sys /sys
mountpoint -q /dev || mount -t devtmpfs dev /dev
mkdir -p /dev/pts; mount -t devpts devpts /dev/pts
mountpoint -q /run || mount -t tmpfs tmpfs /run
mkdir -p /run/sshd /run/lock
mount -o remount,rw /
cat /etc/hostname >/proc/sys/kernel/hostname
modprobe virtio_net
ip link set lo up
for dev in /sys/class/net/e*; do
    dev=${dev##*/}; ip addr add 10.0.2.15/24 dev $dev; ip link set $dev up; ip route add default via 10.0.2.2
done
echo "up: $(uname -r)" >/dev/console
exec /usr/sbin/sshd -D
EOF
chmod 755 "$root/sbin/init"
echo vm >"$root/etc/hostname"; printf '127.0.0.1 localhost vm\n' >"$root/etc/hosts"
: >"$root/etc/resolv.conf"; rm -f "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/*
cat >"$root/etc/ssh/sshd_config.d/vm.conf" <<'EOF'
HostKey /etc/ssh/ssh_host_ed25519_key
UseDNS no
UsePAM no
MaxSessions 1000
MaxStartups 1000
EOF
ssh-keygen -q -t ed25519 -N '' -C vm -f "$work/id_ed25519"
rm -f "$root"/etc/ssh/ssh_host_*; ssh-keygen -q -t ed25519 -N '' -C vm -f "$root/etc/ssh/ssh_host_ed25519_key"
cp "$root/etc/ssh/ssh_host_ed25519_key.pub" "$work/host_key.pub"
chroot "$root" useradd -m -s /bin/bash -p '*' ubuntu
install -d -m 700 "$root/home/ubuntu/.ssh"; install -m 600 "$work/id_ed25519.pub" "$root/home/ubuntu/.ssh/authorized_keys"
chroot "$root" chown -R ubuntu: /home/ubuntu
echo 'ubuntu ALL=(ALL) NOPASSWD:ALL' >"$root/etc/sudoers.d/ubuntu"
install -d "$root/var/lib/ceph"

# grub reads its menu by itself; the first one is by hand, for grub-mkconfig wants to see the disk
install -d "$root/boot/grub/i386-pc"; cp "$root"/usr/lib/grub/i386-pc/*.{mod,lst} "$root/boot/grub/i386-pc/"
cat >"$root/boot/grub/grub.cfg" <<EOF
serial --unit=0 --speed=115200
terminal_output serial
menuentry 'Debian' { 
    linux /boot/vmlinuz-$release root=/dev/vda1 ro console=ttyS0 mitigations=off
    initrd /boot/initrd.img-$release
}
set timeout=0
EOF

mkdir -p "$work/kernel/modules"
cp "$root/boot/vmlinuz-$release" "$work/kernel/vmlinuz"; cp "$root/boot/config-$release" "$work/kernel/config"
cp "$root/lib/modules/$release"/modules.{order,builtin,builtin.modinfo} "$work/kernel/modules/"
for module in ext4 virtio_pci virtio_blk virtio_net; do chroot "$root" modprobe -S "$release" --show-depends $module; done |
    sed -n 's/^insmod //p' | sort -u | while read -r file _; do install -D "$root/$file" "$work/kernel/modules/${file#*/"$release"/}"; done

rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/*
truncate -s ${size}M "$work/disk"
mkfs.ext4 -q -F -d "$root" -E offset=1048576 "$work/disk" $(((size - 2) * 1024))
chroot "$root" grub-mkimage -O i386-pc -o /core.img -p '(hd0,msdos1)/boot/grub' biosdisk part_msdos ext2 normal configfile linux serial test
# boot record, partition table (one Linux partition from the first MiB), grub's core in the gap before it
dd if="$root/usr/lib/grub/i386-pc/boot.img" of="$work/disk" bs=440 count=1 conv=notrunc status=none
sectors=$(((size - 1) * 2048))
printf "\\x80\\xfe\\xff\\xff\\x83\\xfe\\xff\\xff\\x00\\x08\\x00\\x00$(printf '\\x%02x\\x%02x\\x%02x\\x%02x' $((sectors & 255)) $((sectors >> 8 & 255)) $((sectors >> 16 & 255)) $((sectors >> 24 & 255)))" |
    dd of="$work/disk" bs=1 seek=446 conv=notrunc status=none
printf '\x55\xaa' | dd of="$work/disk" bs=1 seek=510 conv=notrunc status=none
dd if="$root/core.img" of="$work/disk" bs=512 seek=1 conv=notrunc status=none
rm -rf "$root"
