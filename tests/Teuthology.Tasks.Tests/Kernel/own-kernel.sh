# Makes a machine of the root lab look like one with a kernel, a boot loader and package tools of its own, under $OS $VERSION, running $RUNNING.
# Programs under /usr/local/bin note how they were called in /pc/noted and keep /boot as the real ones do; a package is a file with a release in it.
set -e
export LC_ALL=C
install -d -m 0777 /pc
printf 'ID=%s\nVERSION_ID="%s"\n' "$OS" "$VERSION" >/pc/os-release
rm -f /etc/os-release
mv /pc/os-release /etc/os-release
echo "$RUNNING" >/pc/running
echo first >/pc/boot
: >/pc/noted
chmod 0666 /pc/*
mount --bind /pc/boot /proc/sys/kernel/random/boot_id
mount -t tmpfs tmpfs /sys/module
mkdir -p /sys/module/kgdboc/parameters
echo unset >/sys/module/kgdboc/parameters/kgdboc
rm -rf /boot
mkdir -p /boot "$(dirname "$CFG")"
touch "/boot/vmlinuz-$RUNNING"
if [ "$EFI" = yes ]; then
    mount -t tmpfs tmpfs /sys/firmware
    mkdir -p /sys/firmware/efi /boot/efi/EFI/vendor /boot/efi/EFI/BOOT
    echo old >/boot/efi/EFI/vendor/grub.cfg
fi
echo "$KIND" >/pc/kind # grubby, bls, menu, legacy, suse, deb
case $KIND in
grubby | bls)
    mkdir -p /boot/loader/entries
    printf 'version %s\n' "$RUNNING" >"/boot/loader/entries/id-$RUNNING.conf" ;;
legacy) printf 'default=0\ntitle Old (%s)\n\troot (hd0,0)\n\tkernel /vmlinuz-%s ro\n\tinitrd /initrd-%s.img\n\ntitle Rescue\n\tkernel /rescue\n' "$RUNNING" "$RUNNING" "$RUNNING" >/boot/grub/grub.conf ;;
esac

program() { # NAME: its text is the standard input
    { echo '#!/bin/sh'; echo "[ \$(basename \$0) = uname ] || echo \"\$(basename \$0) \$*\" >>/pc/noted"; cat; } >"/usr/local/bin/$1"
    chmod 755 "/usr/local/bin/$1"
}

# What the kernel of a machine does: it is left by a reset, which syncs, and the next is what the boot loader finds.
program sync <<'END'
touch /pc/reset
END
program uname <<'END'
[ "$1" = -r ] || exec /bin/uname "$@"
if [ -e /pc/reset ]; then
    rm -f /pc/reset
    case $(cat /pc/kind) in
    legacy) sed -n 's/^\tkernel .vmlinuz-\([^ ]*\).*/\1/p' /boot/grub/grub.conf | head -n 1 >/pc/running ;;
    deb) . /etc/grub.d/01_ceph_kernel | sed -n 's/^set default="Advanced>OS, with Linux \(.*\)"$/\1/p' >/pc/running ;;
    *) cat /pc/default >/pc/running ;;
    esac
    echo second >/pc/boot
fi
cat /pc/running
END

# Puts a kernel into /boot; its kin must not be taken for it.
program add-kernel <<'END'
for release in "$1+debug" "$1"; do
    touch "/boot/vmlinuz-$release"
    [ ! -d /boot/loader/entries ] || printf 'version %s\n' "$release" >"/boot/loader/entries/id-$release.conf"
done
END
program rpm <<'END'
case "$*" in
'-q grub2-tools') [ "$(cat /pc/kind)" != legacy ] ;;
'-q kernel' | '-q kernel-default') printf "$2-%s\n" 4.0.0-1.x86_64 4.0.0-1.ceph.g1 "$(cat /pc/newest)" 4.9.0-1.x86_64 ;;
-qlp*) echo "/lib/modules/$(cat "$2")/modules.order" ;;
--scripts*) [ ! -e /pc/scripts ] || echo '/usr/bin/kernel-install add' ;;
-ivh*) add-kernel "$(cat "$5")"; [ "$(cat /pc/kind)" != suse ] || cat "$5" >/pc/default ;;
*) exit 9 ;;
esac
END
program yum <<'END'
case "$*" in
'install -y kernel') [ ! -e /pc/again ] || { echo 'Nothing to do.'; exit 0; }; add-kernel "$(cat /pc/newest)" ;;
'reinstall -y kernel') add-kernel "$(cat /pc/newest)" ;;
'upgrade -y linux-firmware') ;;
'-y install koji') cat /pc/koji.py >/usr/lib/python3/dist-packages/koji.py ;;
*) exit 9 ;;
esac
END
program zypper <<'END'
case "$*" in
'--non-interactive install kernel-default') sed 's/\.1\.x86_64$/-default/' /pc/newest >/pc/default ;;
'--non-interactive install kernel-firmware-all') ;;
*) exit 9 ;;
esac
END
program grub2-mkconfig <<'END'
[ "$1" = -o ] || exit 9
rm -f /pc/default
[ -d /boot/loader/entries ] || ls /boot | sed -n 's/^vmlinuz-//p' | sort -rV | sed "s/.*/menuentry 'OS (&) 9' --class os {/" >"$2"
[ ! -d /boot/loader/entries ] || echo blscfg >"$2"
END
program grub2-set-default <<'END'
grep -qx GRUB_DEFAULT=saved /etc/default/grub || exit 9
if [ -d /boot/loader/entries ]; then sed -n 's/^version //p' "/boot/loader/entries/$1.conf" >/pc/default
else sed -n "$(($1 + 1))s/.*(\\(.*\\)).*/\\1/p" /boot/grub2/grub.cfg >/pc/default; fi
END
[ "$KIND" != grubby ] || program grubby <<'END'
[ "$1" = --set-default ] && [ -f "$2" ] && echo "${2#/boot/vmlinuz-}" >/pc/default
END
[ "$OS" = centos ] || [ "$KIND" = deb ] || rm -f /usr/local/bin/yum
[ "$OS" = opensuse ] || rm -f /usr/local/bin/zypper
program "$INITRD" <<'END'
END

program apt-get <<'END'
case "$*" in *" install linux-image-"*) add-kernel "$(cat /pc/newest)" ;; esac
END
program dpkg <<'END'
case "$1" in
--print-architecture) echo amd64 ;;
-s) printf 'Package: %s\nDepends: linux-image-%s (= 1) | linux-image-unsigned-0, linux-headers-0\n' "$2" "$(cat /pc/newest)" ;;
-i) add-kernel "$(cat "$2")" ;;
*) exit 9 ;;
esac
END
program dpkg-deb <<'END'
echo "-rw-r--r-- root/root 9 2026-01-01 00:00 ./lib/modules/$(cat "$2")/modules.order"
END
program update-grub <<'END'
{
    echo "menuentry 'OS' --class os {"; echo '}'; echo "submenu 'Advanced' {"
    ls /boot | sed -n 's/^vmlinuz-//p' | sort -rV | sed "s/.*/\tmenuentry 'OS, with Linux &' --class os {/"; echo '}'
} >/boot/grub/grub.cfg
END
mkdir -p /etc/grub.d
if [ "$KIND" = deb ]; then update-grub; else rm -f /usr/local/bin/apt-get /usr/local/bin/dpkg /usr/local/bin/dpkg-deb; fi
