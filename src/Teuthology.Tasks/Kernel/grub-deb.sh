set -e
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

# The path of menu titles that leads to a kernel, as grub's variable `default` takes it: SUBMENU>ENTRY.
find_entry() {
    awk -v release="$1" '
        function title(   quote, rest) {
            match($0, /["\047]/); quote = substr($0, RSTART, 1); rest = substr($0, RSTART + 1)
            rest = substr(rest, 1, index(rest, quote) - 1); gsub(/>/, ">>", rest)
            return rest
        }
        /^}/ { above = "" }
        /^[ \t]*submenu / { above = title() ">" }
        /^[ \t]*menuentry / { t = title(); if (substr(t, length(t) - length(release) + 1) == release) { print above t; exit } }
    ' /boot/grub/grub.cfg
}

select_kernel() {
    case $1 in
    *-highbank) # no grub: the loader follows links
        for file in vmlinuz initrd.img; do
            [ ! -e /boot/$file ] || mv /boot/$file /boot/$file.old
            ln -s "$file-$1" /boot/$file
        done
        return ;;
    esac
    entry=$(find_entry "$1")
    if [ -z "$entry" ]; then update-grub; entry=$(find_entry "$1"); fi
    [ -n "$entry" ] || { echo "grub has no entry for the kernel $1: /boot/grub/grub.cfg" >&2; exit 1; }
    # looks like an editor's copy until it is whole: update-grub passes over those
    printf 'cat <<EOF\nset default="%s"\nEOF\n' "$entry" >'/etc/grub.d/01_ceph_kernel.tmp~'
    chmod a+x '/etc/grub.d/01_ceph_kernel.tmp~'
    mv '/etc/grub.d/01_ceph_kernel.tmp~' /etc/grub.d/01_ceph_kernel
    update-grub
}
