#!/bin/bash
# Builds what a light virtual machine boots from: $1/disk (ext4, no partitions), $1/vmlinuz, $1/initrd. Runs as root; $1 is an empty directory.
# $2 is `light`: process 1 is a script that reads the same NoCloud seed as cloud-init, which an emulated processor is through with in seconds;
# or `full`: systemd and cloud-init.
set -euo pipefail
work=$1 kind=$2 root=$1/root
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
. /etc/os-release

packages=linux-image-cloud-amd64,tiny-initramfs,openssh-server,sudo,iproute2,procps,kmod,util-linux,mount
[ "$kind" = light ] || packages+=,systemd-sysv,cloud-init,netplan.io,udev,dbus,ifupdown,isc-dhcp-client,python3-minimal
mmdebstrap --quiet --variant=minbase --skip=check/empty,cleanup/apt --include="$packages" \
    --aptopt='APT::Install-Recommends "0"' --aptopt='Acquire::Languages "none"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt=force-unsafe-io \
    "$VERSION_CODENAME" "$root"
release=$(ls "$root/lib/modules")

# an initrd of one program that loads what the disk needs
install -d "$root/etc/tiny-initramfs"
printf 'AUTO_MODULES=no\nINCLUDE_MODULES="virtio_pci virtio_blk ext4"\nMICROCODE=no\n' >"$root/etc/tiny-initramfs/tiny-initramfs.conf"
echo '/dev/vda / ext4 defaults 0 1' >"$root/etc/fstab"
chroot "$root" mktirfs -o /initrd.tiny "$release"
mv "$root/initrd.tiny" "$work/initrd"; cp "$root/boot/vmlinuz-$release" "$work/vmlinuz"

rm -f "$root"/etc/ssh/ssh_host_* "$root"/boot/*; : >"$root/etc/machine-id"
if [ "$kind" = light ]; then
    printf 'HostKey /etc/ssh/ssh_host_ed25519_key\nUseDNS no\nUsePAM no\n' >"$root/etc/ssh/sshd_config.d/guest.conf"
    cat >"$root/sbin/init" <<'INIT'
#!/bin/sh
# Process 1: takes name, keys and address from the NoCloud seed, then is an SSH server.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mountpoint -q /proc || mount -t proc proc /proc
mountpoint -q /sys || mount -t sysfs sys /sys
mountpoint -q /dev || mount -t devtmpfs dev /dev
mkdir -p /dev/pts; mount -t devpts devpts /dev/pts; mount -t tmpfs tmpfs /run
mkdir -p /run/sshd /run/lock /run/seed
mount -o remount,rw /
modprobe -a virtio_net virtio_rng isofs
for disk in /dev/vd?; do mount -t iso9660 -o ro $disk /run/seed 2>/dev/null && break; done
name=$(sed -n 's/.*"local-hostname":"\([^"]*\)".*/\1/p' /run/seed/meta-data)
echo "$name" >/etc/hostname; echo "$name" >/proc/sys/kernel/hostname; printf '127.0.0.1 localhost %s\n' "$name" >/etc/hosts
id ubuntu >/dev/null 2>&1 || useradd -m -s /bin/bash -p '*' ubuntu
echo 'ubuntu ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/ubuntu
install -d -m 700 -o ubuntu -g ubuntu /home/ubuntu/.ssh
sed -n 's/.*"ssh_authorized_keys":\["\([^]]*\)"\].*/\1/p' /run/seed/user-data | sed 's/","/\n/g' >/home/ubuntu/.ssh/authorized_keys
chown ubuntu: /home/ubuntu/.ssh/authorized_keys
umask 077; printf '%b' "$(sed -n 's/.*"ed25519_private":"\([^"]*\)".*/\1/p' /run/seed/user-data)" >/etc/ssh/ssh_host_ed25519_key; umask 022
ip link set lo up
for card in /sys/class/net/e*; do
    card=${card##*/}
    address=$(sed -n "s/.*\"macaddress\":\"$(cat /sys/class/net/$card/address)\"[^]]*\"addresses\":\[\"\([^\"]*\)\".*/\1/p" /run/seed/network-config)
    [ -z "$address" ] || ip addr add "$address" dev $card
    ip link set $card up
done
umount /run/seed
echo "guest $name is up" >/dev/console
exec /usr/sbin/sshd -D
INIT
    chmod 755 "$root/sbin/init"
    rm -rf "$root"/usr/share/{zoneinfo,i18n,perl,info} "$root"/var/lib/apt/lists/*
else
    echo 'datasource_list: [NoCloud, None]' >"$root/etc/cloud/cloud.cfg.d/90_guest.cfg"
fi
rm -rf "$root"/var/cache/apt/* "$root"/var/log/*.log
size=$(($(du -sm "$root" | cut -f1) + 1000))
truncate -s ${size}M "$work/disk"
mkfs.ext4 -q -F -d "$root" -L guest "$work/disk"
rm -rf "$root"
