#!/bin/sh
# Kills an OSD twice; it must come back with the option asked for, and then without it.
set -e
config() { sudo ceph daemon osd.1 config get osd_max_scrubs | tr -d ' {}"\n' | cut -d: -f2; }
restart() { # options
    sudo kill -KILL "$(sudo cat /var/run/ceph/ceph-osd.1.pid)"
    echo "restart osd 1 $*"
    read -r answer
    [ "$answer" = restarted ]
    until config >/dev/null 2>&1 && [ -n "$(config)" ]; do sleep 1; done
}
restart osd_max_scrubs 7
[ "$(config)" = 7 ]
restart
[ "$(config)" != 7 ]
echo "done"
