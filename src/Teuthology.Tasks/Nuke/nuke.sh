# Returns a host to a pristine state; read by `sh -s -- STAGE DRY TESTDIR KEEP_LOGS HOME` as root.
# STAGE is before or after (a reboot), DRY is 1 to look only. Lines "@found KIND WHAT" tell what was there, "@failed WHAT" what could not be removed.
# Each step goes on whatever the one before it came to: the host may be in any state.
stage=$1 dry=$2 testdir=$3 keep=$4 home=$5
export LC_ALL=C DEBIAN_FRONTEND=noninteractive PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

found() { echo "@found $*"; }
failed() { echo "@failed $*"; }
have() { command -v "$1" >/dev/null 2>&1; }
doing() { [ "$dry" != 1 ]; }

# This shell and those above it mention the test directory, too
own=" $$ "; p=$$
while [ "${p:-0}" -gt 1 ]; do
    p=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$p/status" 2>/dev/null) || break
    own="$own$p "
done

firewall() {
    for tool in iptables ip6tables; do
        have $tool || continue
        for table in filter nat mangle raw; do
            $tool -t $table -S 2>/dev/null | grep teuthology | grep '^-A' | while read -r _ rule; do
                found firewall "$tool -t $table $rule"
                # the rule as iptables itself prints it, quotes and all
                ! doing || eval "$tool -t $table -D $rule" 2>/dev/null || failed "$tool: $rule stays"
            done
        done
    done
    have nft || return 0
    nft list tables 2>/dev/null | grep teuthology | while read -r _ family name; do
        found firewall "nft table $family $name"
        ! doing || nft delete table "$family" "$name" 2>/dev/null || failed "nft: table $family $name stays"
    done
}

# A process of a test: by its program, by the test directory, or by the directory of commands that were guarded
is_test() { # PID
    name=; read -r name 2>/dev/null < "/proc/$1/comm" || return 1
    case $name in
        ceph-mon|ceph-osd|ceph-mgr|ceph-mds|ceph-fuse|ceph-crash|ceph-exporter|ceph-immutable*|rbd-fuse|rbd-mirror|rbd-nbd|radosgw|cephfs-mirror|ceph-objectsto*|ceph_test_*|valgrind*|memcheck-*|daemon-helper|adjust-ulimits|stdin-killer) return 0 ;;
    esac
    at=$(readlink "/proc/$1/cwd" 2>/dev/null); line=$(tr '\0' ' ' < "/proc/$1/cmdline" 2>/dev/null)
    case $name:$line in java:*hadoop*|java:*HADOOP*) return 0 ;; esac
    case "$at/ $line" in "$testdir"/*|*" $testdir/"*|*" $testdir "*|*/dev/shm/teuthology-*) return 0 ;; esac
    return 1
}

processes() {
    if have systemctl && [ -d /run/systemd/system ]; then
        for unit in $(systemctl list-units --all --plain --no-legend 'ceph*' 2>/dev/null | awk '{ print $1 }'); do
            found unit "$unit"
            ! doing || { systemctl stop "$unit"; systemctl disable "$unit"; systemctl reset-failed "$unit"; } >/dev/null 2>&1
        done
    fi
    for tool in podman docker; do
        have $tool || continue
        for id in $($tool ps -aq --filter name=ceph- 2>/dev/null); do
            found container "$tool $($tool inspect --format '{{.Name}}' "$id" 2>/dev/null)"
            ! doing || $tool rm -f "$id" >/dev/null 2>&1 || failed "$tool: $id stays"
        done
    done
    told=
    for round in 1 2 3 4 5 6 7 8 9 10; do
        left=
        for d in /proc/[0-9]*; do
            pid=${d#/proc/}
            case $own in *" $pid "*) continue ;; esac
            [ -n "$(readlink "$d/exe" 2>/dev/null)" ] && is_test "$pid" || continue
            case $told in *" $pid "*) ;; *) found process "$pid ($name)"; told="$told $pid " ;; esac
            doing || continue
            kill -KILL "$pid" 2>/dev/null; left="$left $pid"
        done
        [ -n "$left" ] || return 0
        sleep 0.3
    done
    failed "these processes do not end:$left"
}

mounts() {
    if [ -e /sys/bus/rbd/devices ]; then
        for device in /sys/bus/rbd/devices/*; do
            [ -e "$device" ] || continue
            found device "rbd ${device##*/}"
            ! doing || echo "${device##*/} force" > /sys/bus/rbd/remove_single_major 2>/dev/null || failed "rbd ${device##*/} stays mapped"
        done
    fi
    # the innermost first
    awk '{ print $2, $3 }' /proc/mounts | sort -r | while read -r point type; do
        case $type:$point in
            ceph:*|fuse.ceph*:*|fuse.rbd*:*|fuse.cephfs*:*|*:"$testdir"|*:"$testdir"/*|*:/var/lib/ceph/*|*:/tmp/cephtest/*) ;;
            *) continue ;;
        esac
        found mount "$point ($type)"
        ! doing || umount -f "$point" 2>/dev/null || umount -l "$point" 2>/dev/null || failed "$point stays mounted"
    done
}

ours() { grep -E '^(ceph|ceph-.*|cephadm|cephfs-.*|lib(ceph|rados|radosstriper|rbd|rgw).*|rados.*|radosgw.*|rbd-.*|rest-bench|python3?-(ceph|rados|rbd|rgw|cephfs)[a-z-]*|sqlite3-.*ceph|libsqlite3-mod-ceph.*)$'; }

packages() {
    if have dpkg-query; then
        list=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 2>/dev/null | awk '$1 != "un" { print $2 }' | ours)
        [ -n "$list" ] || return 0
        for package in $list; do found package "$package"; done
        doing || return 0
        dpkg --configure -a >/dev/null 2>&1
        apt-get -o DPkg::Lock::Timeout=120 -y purge $list >/tmp/nuke.$$ 2>&1 || dpkg --purge --force-all $list >>/tmp/nuke.$$ 2>&1 || failed "packages: $(tail -n 1 /tmp/nuke.$$)"
        rm -f /tmp/nuke.$$
    elif have rpm; then
        list=$(rpm -qa --qf '%{NAME}\n' 2>/dev/null | ours)
        [ -n "$list" ] || return 0
        for package in $list; do found package "$package"; done
        doing || return 0
        for tool in dnf yum zypper; do have $tool && break; done
        $tool -y remove $list >/tmp/nuke.$$ 2>&1 || rpm -e --nodeps $list >>/tmp/nuke.$$ 2>&1 || failed "packages: $(tail -n 1 /tmp/nuke.$$)"
        rm -f /tmp/nuke.$$ /var/lib/yum/timedhosts /var/lib/yum/timedhosts.txt /var/cache/yum/timedhosts.txt
    fi
}

remove() { # KIND PATH…
    kind=$1; shift
    for path; do
        [ -e "$path" ] || [ -L "$path" ] || continue
        found "$kind" "$path"
        doing || continue
        # what is mounted below is not ours to empty
        rm -rf --one-file-system -- "$path" 2>/dev/null || { have chattr && chattr -R -i "$path" 2>/dev/null; rm -rf --one-file-system -- "$path" 2>/dev/null; } || failed "$path stays"
    done
}

files() {
    remove source /etc/apt/sources.list.d/*ceph* /etc/apt/preferences.d/*ceph* /etc/yum.repos.d/*ceph* /etc/zypp/repos.d/*ceph*
    remove file /var/lib/ceph /etc/ceph /run/ceph /var/run/ceph /tmp/cephtest "$home/.cephdeploy.conf" /root/.cephdeploy.conf /lib/firmware/updates/.git/index.lock \
        /etc/logrotate.d/ceph* /etc/rsyslog.d/80-cephtest.conf /etc/multipath.conf.teuthology /etc/systemd/system/ceph* /dev/shm/teuthology-* /usr/local/bin/daemon-helper \
        /usr/local/bin/adjust-ulimits /usr/local/bin/stdin-killer /etc/sudoers.d/teuthology
    [ "$keep" = 1 ] || remove file "$testdir" /var/log/ceph
    if [ -e /etc/sudoers.orig.teuthology ]; then
        found file /etc/sudoers.orig.teuthology
        ! doing || mv -f /etc/sudoers.orig.teuthology /etc/sudoers
    fi
    case $(cat /proc/sys/kernel/core_pattern 2>/dev/null) in
        "$testdir"/*)
            found sysctl "kernel.core_pattern=$(cat /proc/sys/kernel/core_pattern)"
            ! doing || sysctl -qw kernel.core_pattern=core 2>/dev/null || failed 'kernel.core_pattern stays' ;;
    esac
    if grep -qs "$testdir" /etc/sysctl.conf; then
        found sysctl "$(grep -c "$testdir" /etc/sysctl.conf) lines of /etc/sysctl.conf"
        ! doing || { grep -v "$testdir" /etc/sysctl.conf > "/etc/sysctl.conf.$$"; cat "/etc/sysctl.conf.$$" > /etc/sysctl.conf; rm -f "/etc/sysctl.conf.$$"; }
    fi
    ! doing || ! pidof rsyslogd >/dev/null 2>&1 || { have service && service rsyslog restart; } >/dev/null 2>&1 || :
}

if [ "$stage" = before ]; then
    firewall; processes; mounts; packages
else
    processes; mounts; files; packages; files
fi
echo "@done"
