set -e
export LC_ALL=C

# A package by upstream's make has no %post that would make one; EL 9 has no mkinitrd any more.
make_initrd() {
    if rpm --scripts -qp "$1" | grep -qE 'bin/(installkernel|kernel-install)'; then return; fi
    if command -v mkinitrd >/dev/null; then mkinitrd --allow-missing -f "/boot/initramfs-$2.img" "$2"
    else dracut --force "/boot/initramfs-$2.img" "$2"; fi
}

has_bls() {
    [ -n "$(find /boot/loader/entries -maxdepth 1 -name '*.conf' -type f -print -quit 2>/dev/null)" ] ||
        grep -qiE "^GRUB_ENABLE_BLSCFG=[\"']?(1|y|yes|true)" /etc/default/grub 2>/dev/null
}

# The entry of the release itself goes before one of its kin: RELEASE+debug, RELEASE.old.
bls_entry() {
    found=$(find /boot/loader/entries -maxdepth 1 -name "*-$1.conf" -type f | head -n 1)
    [ -n "$found" ] || found=$(find /boot/loader/entries -maxdepth 1 -name '*.conf' -type f | grep -F "$1" | head -n 1)
    [ -n "$found" ] || found=$(grep -lF -e "linux /vmlinuz-$1" -e "linux /boot/vmlinuz-$1" -e "version $1" /boot/loader/entries/*.conf | head -n 1)
    basename "$found" .conf
}

# Firmware may read a copy of its own.
sync_efi() {
    [ -d /sys/firmware/efi ] || return 0
    for dir in /boot/efi/EFI/*/; do
        [ ! -f "$dir/grub.cfg" ] || cp -f /boot/grub2/grub.cfg "$dir/grub.cfg"
    done
}

select_kernel() {
    if ! rpm -q grub2-tools >/dev/null 2>&1; then legacy_entry "$1"; return; fi
    touch /etc/default/grub
    sed -i '/^GRUB_DEFAULT=/d' /etc/default/grub
    printf '\nGRUB_DEFAULT=saved\n' >>/etc/default/grub
    # first, for it may overwrite what is chosen
    grub2-mkconfig -o /boot/grub2/grub.cfg
    if has_bls; then
        image=/boot/vmlinuz-$1
        [ -f "$image" ] || image=$(find /boot -maxdepth 1 -name 'vmlinuz-*' -type f | grep -F "$1" | head -n 1)
        if command -v grubby >/dev/null && [ -n "$image" ]; then grubby --set-default "$image"
        else entry=$(bls_entry "$1"); [ -n "$entry" ] || { echo "no boot loader entry is for the kernel $1" >&2; exit 1; }; grub2-set-default "$entry"; fi
    else
        menu=$(grep '^menuentry ' /boot/grub2/grub.cfg | grep -nF "$1") || :
        entry=$(echo "$menu" | grep -F -e "($1)" -e " $1'" | head -n 1 | cut -d: -f1)
        [ -n "$entry" ] || entry=$(echo "$menu" | head -n 1 | cut -d: -f1)
        [ -n "$entry" ] || { echo "grub has no entry for the kernel $1: /boot/grub2/grub.cfg" >&2; exit 1; }
        grub2-set-default $((entry - 1))
    fi
    sync_efi
}

# The first entry once more, with the new release in place of its own.
legacy_entry() {
    conf=/boot/grub/grub.conf
    old=$(sed -n 's/^[ \t]*kernel.*vmlinuz-\([^ ]*\).*/\1/p' $conf | head -n 1)
    awk -v old="$old" -v new="$1" '
        function put(line,   i) { i = index(line, old); print i ? substr(line, 1, i - 1) new substr(line, i + length(old)) : line }
        NR == FNR { if (/^title/) n++; if (n == 1) first[++k] = $0; next }
        /^title/ && !done { for (i = 1; i <= k; i++) put(first[i]); print ""; done = 1 }
        { print }
    ' $conf $conf >$conf.new
    mv $conf.new $conf
}
