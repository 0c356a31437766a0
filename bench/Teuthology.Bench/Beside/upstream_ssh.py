"""Upstream's orchestra over the sshd of a benchmark.

usage: upstream_ssh.py CHECKOUT PORT KEY one|twenty|output|files|pull|memory AMOUNT LOG FILES COPY
Prints what was done a second (commands, MB, files) and the CPU seconds it took; for memory KiB for each further connection.
"""
import getpass
import logging
import os
import sys
import time

import upstream_stand_ins

checkout, port, key, what, amount, log, files, copy = sys.argv[1:9]
amount = int(amount)
sys.argv[1:] = []
sys.path.insert(0, checkout)
upstream_stand_ins.where_missing()

import teuthology  # noqa: E402
import paramiko  # noqa: E402
from teuthology import misc, parallel  # noqa: E402
from teuthology.orchestra import connection, remote  # noqa: E402

# Into the log alone, as ours; upstream's own program also writes to its standard error.
logging.getLogger().handlers.clear()
teuthology.setup_log_file(log)
TRUE = ["/bin/true"]


class Client(paramiko.SSHClient):
    """Upstream knows port 22 alone."""

    def connect(self, **arguments):
        super().connect(port=int(port), **arguments)


def connect():
    name = f"{getpass.getuser()}@127.0.0.1"
    ssh = connection.connect(name, _SSHClient=Client, key_filename=key)
    made = remote.Remote(name, ssh=ssh)
    made.run(args=TRUE)
    return made


def repeat(host, times):
    for _ in range(times):
        host.run(args=TRUE)


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def read_all(host):
    for name in os.listdir(files):
        assert host.read_file(os.path.join(files, name))


def pull(host):
    # Upstream pulls by sudo, which a host of a benchmark need not have.
    stream = host.get_tar_stream
    host.get_tar_stream = lambda path, sudo, compress: stream(path, sudo=False, compress=compress)
    misc.pull_directory(host, files, copy)


def side_by_side(hosts):
    with parallel.parallel() as group:
        for host in hosts:
            group.spawn(repeat, host, amount // len(hosts))


hosts = [connect()]
if what == "memory":
    before = resident()
    hosts += [connect() for _ in range(amount - 1)]
    print((resident() - before) / (amount - 1), 0)
    sys.exit()
if what == "twenty":
    hosts += [connect() for _ in range(19)]
done = amount * 1.048576 if what == "output" else amount
(start, cpu) = (time.monotonic(), time.process_time())
if what == "one":
    repeat(hosts[0], amount)
elif what == "twenty":
    side_by_side(hosts)
elif what == "output":
    hosts[0].run(args=f"yes 'a line of a log, as long as they usually are: about eighty characters' | head -c {amount}M")
elif what == "files":
    read_all(hosts[0])
elif what == "pull":
    pull(hosts[0])
took = time.monotonic() - start
if what == "pull":
    assert len(os.listdir(copy)) == amount
print(done / took, time.process_time() - cpu)
