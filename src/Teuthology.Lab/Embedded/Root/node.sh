#!/bin/bash
# Brings the machines of an embedded lab up and takes them down; all that a command does for one machine is done by one process.
#   node.sh hub-up | hub-down | up NAME ADDRESS | down NAME | sweep | save DIRECTORY WITHOUT NAME…
# Works as root, and as root of a user namespace whose /run is its own.
# up wants an input that stays open until it ended: whose end comes first takes the machine away again.
# LAB_STATE   directory of this lab; machine NAME is kept in $LAB_STATE/nodes/NAME, the hub's marker in $LAB_STATE/hub,
#             files of machines that are gone in $LAB_STATE/gone until they are removed
# LAB_ID      short name that no other lab on this host has: names the hub's network namespace and the cgroup
# LAB_IMAGE   root file system that the machines share (up)
# LAB_LAYERS  directories between the image and the machine's own files, the uppermost first, with colons between (up); empty for none
# LAB_SUBNET  first three numbers of the addresses
# LAB_HOSTS   lines for /etc/hosts (up)
# LAB_KEY     public key that opens the machines (up)
# LAB_OVERLAY  more options for the overlay mount (up): userxattr in a user namespace, which may not write the trusted ones
# LAB_GUEST   directory with disk, vmlinuz and initrd of a virtual machine, which the machine then is (up); empty for a container
# LAB_ACCEL   what runs its processor: tcg or kvm (up)
# LAB_CGROUP  directory in a cgroup2 file system for this lab, or empty for none
set -eu
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
nodes=$LAB_STATE/nodes
gone=$LAB_STATE/gone

nap() { read -rt "$1" <> <(:) || :; }

# lock NAME: until this process ends; machines started by it don't inherit it
lock() {
    local file=$LAB_STATE/locks/$1
    while :; do
        mkdir -p "$LAB_STATE/locks" 2>/dev/null && { exec {held}>"$file"; } 2>/dev/null || { nap 0.01; continue; }
        flock "$held"
        # hub-down may have removed the file meanwhile: then this is a lock on nothing
        [ "$file" -ef "/proc/self/fd/$held" ] && return
        exec {held}>&-
    done
}

hub_up() {
    [ ! -e "$LAB_STATE/hub" ] || [ ! -e "/run/netns/$LAB_ID" ] || return 0
    ip netns del "$LAB_ID" 2>/dev/null || :
    # Should the lab's directory be removed under it, this tells whose network it was
    until mkdir -p /run/teuthology && { echo "$LAB_STATE" > "/run/teuthology/$LAB_ID"; } 2>/dev/null; do nap 0.01; done
    ip netns add "$LAB_ID"
    ip -n "$LAB_ID" -batch - <<EOF
link set lo up
link add br0 address 02:00:00:00:00:01 type bridge forward_delay 0
addr add $LAB_SUBNET.1/24 dev br0
link set br0 up
EOF
    echo "$LAB_ID" > "$LAB_STATE/hub"
}

# Takes the hub away, and the lab's directory with it, unless there is a machine
hub_down() {
    [ ! -e "$nodes" ] || rmdir "$nodes" 2>/dev/null || return 0
    [ ! -e "/run/netns/$LAB_ID" ] || ip netns del "$LAB_ID"
    # /run/netns stays mounted on itself, as ip-netns(8) leaves it: were it unmounted while another lab adds its
    # namespace, that one would be mounted below the next mount and could not be removed
    [ -z "$LAB_CGROUP" ] || [ ! -d "$LAB_CGROUP" ] || rmdir "$LAB_CGROUP"
    rm -f "/run/teuthology/$LAB_ID"; rmdir /run/teuthology 2>/dev/null || :
    sweep
    rm -rf "$LAB_STATE/hub" "$LAB_STATE/locks"
    rmdir "$LAB_STATE" 2>/dev/null || :
}

up() { # NAME ADDRESS
    local dir=$nodes/$1
    if [ -e "$dir" ]; then down "$1"; fi
    mkdir -p "$dir"/{upper,work,root}
    (lock hub; hub_up)
    if [ -n "$LAB_CGROUP" ]; then
        mkdir -p "$LAB_CGROUP/$1"
        echo 0 > "$LAB_CGROUP/$1/cgroup.procs"
    fi
    echo "$2" > "$dir/address"; echo "$LAB_IMAGE" > "$dir/image"; echo "${LAB_LAYERS:-}" > "$dir/layers"
    [ -z "${LAB_GUEST:-}" ] || echo "$LAB_GUEST" > "$dir/guest"
    setsid bash "$0" power "$1" "$2" </dev/null >"$dir/console.log" 2>&1 {held}>&- &
    local pid=$! stat name=$1
    read -r stat < "/proc/$pid/stat"
    set -- ${stat##*) }
    echo "$pid ${20}" > "$dir/pid.new"; mv "$dir/pid.new" "$dir/pid"
    # At the end of its input the one who asked for the machine is gone. Somebody may have cleaned up after him before there was anything to see.
    ! read -rt 0 || { down "$name"; lock hub; hub_down; return 1; }
}

# What runs as long as a machine is switched on, over reboots, which keep its disk.
power() { # NAME ADDRESS
    local dir=$nodes/$1
    if [ -n "${LAB_GUEST:-}" ]; then
        setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child=KILL --propagation private bash "$0" guest "$1" "$2" || :
        return 0
    fi
    while :; do
        # The machine's process owns its mounts and its network: they end with it, whoever ends it and how
        setpriv --pdeathsig KILL unshare --mount --uts --ipc --net --pid --fork --kill-child=KILL --propagation private \
            bash "$0" init "$1" "$2" || :
        rm "$dir/upper/.reboot" 2>/dev/null || return 0
        ip -n "$LAB_ID" link del "v$1" 2>/dev/null || :
        # what was mounted volatile cannot be mounted again with the same one
        rm -rf "$dir/work"; mkdir "$dir/work"
    done
}

# Process 1 of a machine, in its namespaces, the host's files still in sight.
init() { # NAME ADDRESS
    local dir=$nodes/$1 root=$nodes/$1/root device lower=${LAB_LAYERS:+$LAB_LAYERS:}$LAB_IMAGE
    # volatile: nobody needs a machine's disk after the host crashed, so fsync in it costs nothing
    mount -t overlay overlay -o "lowerdir=$lower,upperdir=$dir/upper,workdir=$dir/work,volatile${LAB_OVERLAY:+,$LAB_OVERLAY}" "$root" 2>/dev/null ||
        mount -t overlay overlay -o "lowerdir=$lower,upperdir=$dir/upper,workdir=$dir/work${LAB_OVERLAY:+,$LAB_OVERLAY}" "$root"
    # the same address gets the same MAC again: others may have it in their ARP cache for half a minute
    local mac
    printf -v mac '02:00:%02x:%02x:%02x:%02x' ${2//./ }
    ip -batch - <<EOF
link set lo up
link add eth0 address $mac type veth peer name v$1 netns $LAB_ID
addr add $2/24 dev eth0
link set eth0 up
route add default via $LAB_SUBNET.1
EOF
    ip -n "$LAB_ID" link set "v$1" master br0 up
    hostname "$1"
    cd "$root"
    echo "$1" > etc/hostname
    printf '127.0.0.1 localhost\n%s\n' "$LAB_HOSTS" > etc/hosts
    # A reboot keeps who it is; a machine that begins with another one's files becomes one of its own
    if [ ! -e "$dir/hostkey.pub" ]; then
        rm -f etc/ssh/ssh_host_*
        read -r device < /proc/sys/kernel/random/uuid; echo "${device//-/}" > etc/machine-id
        printf '#!/bin/sh\n: >/.reboot && exec kill -TERM 1\n' > usr/local/sbin/reboot; chmod 755 usr/local/sbin/reboot
    fi
    printf '%s\n' "$LAB_KEY" > home/ubuntu/.ssh/authorized_keys
    mount -t proc proc proc
    mount -t sysfs -o ro sysfs sys
    mount --bind -o ro proc/sys proc/sys
    # Scripts that look at what was written through make the kernel forget first; that does no harm to other machines
    mount --bind /proc/sys/vm/drop_caches proc/sys/vm/drop_caches 2>/dev/null || :
    [ ! -e proc/sysrq-trigger ] || mount --bind /dev/null proc/sysrq-trigger
    mount -t tmpfs -o mode=755,nosuid tmpfs run
    mount -t tmpfs -o mode=755,nosuid tmpfs dev
    mkdir -p run/sshd run/lock dev/pts dev/shm
    for device in null zero full random urandom tty fuse; do
        [ ! -e "/dev/$device" ] || { : > "dev/$device"; mount --bind "/dev/$device" "dev/$device"; }
    done
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
    mount -t tmpfs -o mode=1777 tmpfs dev/shm
    ln -s pts/ptmx dev/ptmx; ln -s /proc/self/fd dev/fd
    ln -s fd/0 dev/stdin; ln -s fd/1 dev/stdout; ln -s fd/2 dev/stderr
    [ -e etc/ssh/ssh_host_ed25519_key ] || chroot . ssh-keygen -q -t ed25519 -N '' -C "root@$1" -f /etc/ssh/ssh_host_ed25519_key
    cp etc/ssh/ssh_host_ed25519_key.pub "$dir/hostkey.pub"
    mkdir -p .host
    pivot_root . .host
    umount -l /.host; rmdir /.host
    cd /
    # bash reaps what the daemons leave; without the capabilities that reach past the machine
    exec env -i PATH="$PATH" HOME=/root LANG=C.UTF-8 setpriv --bounding-set \
        -sys_time,-sys_boot,-sys_module,-sys_rawio,-syslog,-mknod,-mac_admin,-mac_override,-audit_control,-wake_alarm,-block_suspend \
        bash -c 'ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"; /usr/sbin/sshd -D -e & p=$!; trap "kill $p" TERM; while kill -0 $p 2>/dev/null; do wait $p; done'
}

# A machine with a kernel of its own, on the same bridge: it is emulated, so it is slow. Its identity is made as a container's and handed over as a tar archive on a second disk.
# What it writes is forgotten with the process; a reboot is within it and keeps its disk.
guest() { # NAME ADDRESS
    local dir=$nodes/$1 root=$nodes/$1/root seed=$nodes/$1/seed mac device
    mount -t overlay overlay -o "lowerdir=$LAB_IMAGE,upperdir=$dir/upper,workdir=$dir/work" "$root"
    mkdir -p "$seed"/etc/ssh "$seed"/home/ubuntu/.ssh
    : > "$root/dev/null"; mount --bind /dev/null "$root/dev/null"
    chroot "$root" ssh-keygen -q -t ed25519 -N '' -C "root@$1" -f /etc/ssh/ssh_host_ed25519_key
    cp -p "$root"/etc/ssh/ssh_host_ed25519_key* "$seed/etc/ssh/"
    umount "$root/dev/null" "$root"
    echo "$1" > "$seed/etc/hostname"
    printf '127.0.0.1 localhost\n%s\n' "$LAB_HOSTS" > "$seed/etc/hosts"
    read -r device < /proc/sys/kernel/random/uuid; echo "${device//-/}" > "$seed/etc/machine-id"
    printf '%s\n' "$LAB_KEY" > "$seed/home/ubuntu/.ssh/authorized_keys"
    chown -R 1000:1000 "$seed/home/ubuntu"; chmod 700 "$seed/home/ubuntu/.ssh"; chmod 600 "$seed/home/ubuntu/.ssh/authorized_keys"
    tar -c -f "$dir/seed.tar" -C "$seed" .
    cp "$seed/etc/ssh/ssh_host_ed25519_key.pub" "$dir/hostkey.pub"
    rm -rf "$seed"
    printf -v mac '02:00:%02x:%02x:%02x:%02x' ${2//./ }
    ip -n "$LAB_ID" tuntap add "v$1" mode tap
    ip -n "$LAB_ID" link set "v$1" master br0 up
    # no_timer_check: a busy host loses ticks that a starting kernel waits for
    exec env -i PATH="$PATH" TMPDIR="$dir" nsenter --net="/run/netns/$LAB_ID" qemu-system-x86_64 -name "$1" \
        -machine pc,usb=off -accel "$LAB_ACCEL" -cpu "$([ "$LAB_ACCEL" = kvm ] && echo host || echo max)" -smp 1 -m "${LAB_GUEST_MEMORY:-1024}" \
        -no-user-config -nodefaults -display none -chardev "file,id=console,path=$dir/console.log,append=on" -serial chardev:console \
        -kernel "$LAB_GUEST/vmlinuz" -initrd "$LAB_GUEST/initrd" \
        -append "console=ttyS0 mitigations=off no_timer_check nowatchdog panic=-1 lab.address=$2 lab.gateway=$LAB_SUBNET.1" \
        -drive "file=$LAB_GUEST/disk,format=raw,if=virtio,cache=unsafe,snapshot=on" -drive "file=$dir/seed.tar,format=raw,if=virtio,readonly=on" \
        -netdev "tap,id=net,ifname=v$1,script=no,downscript=no" -device "virtio-net-pci,netdev=net,mac=$mac,romfile=" -device virtio-rng-pci
}

down() { # NAME
    local dir=$nodes/$1 group=${LAB_CGROUP:+$LAB_CGROUP/$1} pid='' start='' stat i
    if [ -n "$group" ] && [ -d "$group" ]; then
        echo 1 > "$group/cgroup.kill"
        for i in {1..2000}; do
            while read -r stat; do [ "$stat" != 'populated 0' ] || break 2; done < "$group/cgroup.events"
            nap 0.005
        done
        for i in {1..200}; do rmdir "$group" 2>/dev/null && break; nap 0.005; done
    fi
    if [ -r "$dir/pid" ]; then
        read -r pid start < "$dir/pid"
        # a process of that number that started at another time is somebody else's
        for i in {1..2000}; do
            read -r stat 2>/dev/null < "/proc/$pid/stat" || break
            set -- ${stat##*) }
            { [ "${20}" = "$start" ] && [ "$1" != Z ]; } || break
            kill -KILL "$pid" 2>/dev/null || :
            nap 0.005
        done
    fi
    ip -n "$LAB_ID" link del "v${dir##*/}" 2>/dev/null || :
    [ -e "$dir" ] || return 0
    # Nobody waits for the removal of a machine's files: they get another name, under which a process of its own removes them.
    # Should that one be killed, the next sweep does it.
    local grave=$gone/${dir##*/}.$$.$RANDOM
    for i in {1..200}; do mkdir -p "$gone" && mv -T "$dir" "$grave" 2>/dev/null && break; nap 0.005; done
    [ ! -e "$dir" ]
    env -i PATH="$PATH" setsid nice bash -c 'for i in {1..200}; do rm -rf "$1" && break; sleep 0.02; done' - "$grave" </dev/null >/dev/null 2>&1 {held}>&- &
}

# Copies what machines have of their own to DIRECTORY/1, DIRECTORY/2, …: one directory a layer, 00 the lowest.
# All of them stand still meanwhile, and go on whatever becomes of this process. WITHOUT: paths to leave out, colons between them.
save() { # DIRECTORY WITHOUT NAME…
    local to=$1 without name group place=0 layer layers number path stat i
    IFS=: read -ra without <<< "$2"
    shift 2
    for name; do
        lock "$name"
        [ -e "$nodes/$name/upper" ] || { echo "machine $name is not there"; return 1; }
        group=${LAB_CGROUP:+$LAB_CGROUP/$name}
        if [ -n "$group" ] && [ -d "$group" ]; then
            exec {watch}> >(cat >/dev/null; echo 0 > "$group/cgroup.freeze")
            echo 1 > "$group/cgroup.freeze"
            for i in {1..2000}; do
                while read -r stat; do [ "$stat" != 'frozen 1' ] || break 2; done < "$group/cgroup.events"
                nap 0.005
            done
            [ "$stat" = 'frozen 1' ] || { echo "the processes of $name do not stand still"; return 1; }
        elif read -r stat _ < "$nodes/$name/pid" && kill -0 "$stat" 2>/dev/null; then
            echo "this host gives the lab no cgroup, so $name cannot be made to stand still"; return 1
        fi
    done
    for name; do
        place=$((place + 1)); number=0
        mkdir -p "$to/$place"
        IFS=: read -ra layers < "$nodes/$name/layers" || :
        # layers never change, so they are shared
        for ((i = ${#layers[@]} - 1; i >= 0; i--)); do
            printf -v layer '%s/%02d' "$to/$place" $((number++))
            copy -l "${layers[i]}" "$layer"
        done
        printf -v layer '%s/%02d' "$to/$place" $((number++))
        copy --reflink=auto "$nodes/$name/upper" "$layer"
        rm -f "$layer"/etc/ssh/ssh_host_* "$layer/etc/machine-id" "$layer/.reboot"
        for path in "${without[@]}"; do rm -rf "${layer:?}/$path"; done
    done
    for name; do [ -z "$LAB_CGROUP" ] || echo 0 > "$LAB_CGROUP/$name/cgroup.freeze"; done
    sync -f "$to"
}

# With all that makes up a layer: owners, marks of what was removed, hard links. Ends with this process.
copy() { setpriv --pdeathsig KILL cp -a "$@"; }

# Waits until nothing is left of machines that are gone
sweep() {
    local i
    for i in {1..200}; do rm -rf "$gone" 2>/dev/null && break; nap 0.02; done
    [ ! -e "$gone" ]
}

command=$1; shift
case $command in
    hub-up) lock hub; hub_up ;;
    hub-down) lock hub; hub_down ;;
    up) lock "$1"; up "$@" ;;
    power) power "$@" ;;
    init) init "$@" ;;
    guest) guest "$@" ;;
    down) lock "$1"; down "$@" ;;
    sweep) sweep ;;
    save) save "$@" ;;
    *) echo "node.sh: no command $command" >&2; exit 2 ;;
esac
