"""Roles, files and waiting."""
import copy
import json
import logging
import subprocess
import time

from teuthology.contextutil import safe_while
from teuthology_host.wire import link

log = logging.getLogger(__name__)


# Roles

def split_role(role):
    """Cluster, type and id: `osd.0` is of cluster ceph."""
    parts = role.split(".", 2)
    if len(parts) == 3:
        return tuple(parts)
    return ("ceph", *parts) if len(parts) == 2 else ("ceph", parts[0], "")


def ceph_role(role):
    """Type and id without the cluster."""
    _, type_, id_ = split_role(role)
    return f"{type_}.{id_}"


def is_type(type_, cluster=None):
    """A function that accepts roles of a type."""
    def accepts(role):
        parts = split_role(role)
        return parts[1] == type_ and cluster in (None, parts[0])
    return accepts


def all_roles(cluster):
    for roles in cluster.remotes.values():
        yield from roles


def roles_of_type(roles, type_):
    """Ids of the roles of a type."""
    for role in cluster_roles_of_type(roles, type_, None):
        yield split_role(role)[2]


def cluster_roles_of_type(roles, type_, cluster):
    """Roles of a type, and of a cluster unless that is None."""
    return filter(is_type(type_, cluster), roles)


def all_roles_of_type(cluster, type_):
    return roles_of_type(all_roles(cluster), type_)


def num_instances_of_type(cluster, type_, ceph_cluster="ceph"):
    return len(list(cluster_roles_of_type(all_roles(cluster), type_, ceph_cluster)))


def get_first_mon(ctx, config, cluster="ceph"):
    """The monitor's role that comes first by the alphabet."""
    mons = sorted(cluster_roles_of_type(all_roles(ctx.cluster), "mon", cluster))
    assert mons, "the job has no monitor"
    return mons[0]


def get_mon_names(ctx, cluster="ceph"):
    return list(cluster_roles_of_type(all_roles(ctx.cluster), "mon", cluster))


def get_clients(ctx, roles):
    """Id and machine of each client."""
    for role in roles:
        assert is_type("client")(role), f"{role} is no client"
        remote, = ctx.cluster.only(role).remotes
        yield split_role(role)[2], remote


def replace_all_with_clients(cluster, config):
    """`all: x` is `client.N: x` for every client."""
    assert isinstance(config, dict), "config must be a mapping"
    if "all" not in config:
        return config
    assert len(config) == 1, "config cannot have 'all' and other keys"
    return {f"client.{id_}": config["all"] for id_ in all_roles_of_type(cluster, "client")}


def is_in_dict(searchkey, searchval, d):
    """Whether a mapping has a key with a value; of mappings and lists, whether it has all that is looked for."""
    found = d.get(searchkey)
    if isinstance(searchval, dict) and isinstance(found, dict):
        return all(is_in_dict(key, value, found) for key, value in searchval.items())
    if isinstance(searchval, list) and isinstance(found, list):
        return set(searchval) <= set(found)
    return found == searchval


def deep_merge(a, b, func=None):
    """Merges b into a, mapping by mapping; lists are joined."""
    if b is None:
        return a
    if a is None:
        return copy.deepcopy(b)
    if isinstance(a, dict):
        assert isinstance(b, dict), f"cannot merge {type(b).__name__} into a mapping"
        for key, value in b.items():
            a[key] = deep_merge(a[key], value) if key in a else copy.deepcopy(value)
        return a
    if isinstance(a, list):
        assert isinstance(b, list), f"cannot merge {type(b).__name__} into a list"
        a.extend(b)
        return a
    return b


# The job

def _job():
    from teuthology_host import tasks
    return tasks.job


def get_testdir(ctx=None):
    return _job().teuthology_config.test_path


def get_archive_dir(ctx):
    return get_testdir(ctx) + "/archive"


def get_test_user(ctx=None):
    return next(iter(_job().cluster.remotes)).user


def get_http_log_path(archive_dir, job_id=None):
    return archive_dir if job_id is None else f"{archive_dir}/{job_id}"


# Files

def write_file(remote, path, data):
    remote.write_file(path, data)


def sudo_write_file(remote, path, data, perms=None, owner=None):
    remote.write_file(path, data, sudo=True, mode=perms, owner=owner)


def create_file(remote, path, data="", permissions="644", sudo=False):
    remote.write_file(path, data, sudo=sudo, mode=str(permissions), append=True)


def append_lines_to_file(remote, path, lines, sudo=False):
    remote.write_file(path, lines, sudo=sudo, append=True)


def prepend_lines_to_file(remote, path, lines, sudo=False):
    old = remote.read_file(path, sudo=sudo)
    remote.write_file(path, lines.encode() + old, sudo=sudo)


def remove_lines_from_file(remote, path, line_is_valid_test, string_to_test_for):
    lines = remote.read_file(path).decode().splitlines(keepends=True)
    remote.write_file(path, "".join(line for line in lines if line_is_valid_test(line, string_to_test_for)))


def delete_file(remote, path, sudo=False, force=False, check=True):
    remote.run(args=(["sudo"] if sudo else []) + ["rm"] + (["-f"] if force else []) + ["--", path], check_status=check)


def get_file(remote, path, sudo=False, dest_dir="/tmp"):
    return remote.read_file(path, sudo=sudo)


def copy_file(from_remote, from_path, to_remote, to_path=None):
    to_remote.write_file(to_path or from_path, from_remote.read_file(from_path, sudo=True), sudo=True)


def move_file(remote, from_path, to_path, sudo=False, preserve_perms=True):
    mode, owner = None, None
    if preserve_perms and remote.run(args=["test", "-e", to_path], check_status=False).exitstatus == 0:
        mode, owner = remote.sh(["stat", "-c", "%a %U:%G", to_path]).split()
    remote.move_file(from_path, to_path, sudo=sudo, mode=mode, owner=owner)


def pull_directory(remote, remotedir, localdir, write_to=None):
    """Copies a directory from a machine, as root."""
    assert write_to is None, "write_to is not offered to tasks of a checkout"
    link.call("pull", host=remote.name, path=remotedir, to=localdir)


def pull_directory_tarball(remote, remotedir, localfile):
    link.call("fetch_tar", host=remote.name, path=remotedir, to=localfile, sudo=True, compress=True)


def feed_many_stdins(fp, processes):
    while True:
        data = fp.read(8192)
        if not data:
            break
        for process in processes:
            process.stdin.write(data)


def feed_many_stdins_and_close(fp, processes):
    feed_many_stdins(fp, processes)
    for process in processes:
        process.stdin.close()


# Machines

def get_system_type(remote, distro=False, version=False, codename=False):
    """`deb` or `rpm`; or what else is asked for."""
    if codename:
        return remote.os.codename
    if distro and version:
        return remote.os.name, remote.os.version
    if distro:
        return remote.os.name
    return remote.os.version if version else remote.os.package_type


def get_scratch_devices(remote):
    return link.call("scratch_devices", host=remote.name)


def reconnect(ctx, timeout, remotes=None):
    for remote in remotes or ctx.cluster.remotes:
        remote.reconnect(timeout)


def sh(command, log_limit=1024, cwd=None, env=None):
    """Runs a command here; gives what it wrote."""
    log.debug(":sh: %s", command)
    done = subprocess.run(command, shell=True, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    log.debug(done.stdout if len(done.stdout) <= log_limit else done.stdout[:log_limit] + "...")
    if done.returncode != 0:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout)
    return done.stdout


# Ceph

def _ceph(ctx, cluster, remote, words):
    testdir = get_testdir(ctx)
    return remote.sh(["sudo", "adjust-ulimits", "ceph-coverage", f"{testdir}/archive/coverage", "ceph", "--cluster", cluster] + words)


def wait_until_healthy(ctx, remote, ceph_cluster="ceph", use_sudo=False):
    with safe_while(tries=150, action="wait_until_healthy") as proceed:
        while proceed():
            if json.loads(_ceph(ctx, ceph_cluster, remote, ["health", "--format=json"]))["status"] == "HEALTH_OK":
                return


def wait_until_osds_up(ctx, cluster, remote, ceph_cluster="ceph"):
    wanted = num_instances_of_type(cluster, "osd", ceph_cluster)
    with safe_while(tries=90, action="wait_until_osds_up") as proceed:
        while proceed():
            told = _ceph(ctx, ceph_cluster, remote, ["osd", "dump", "--format=json"])
            if sum(1 for osd in json.loads(told[told.index("{"):])["osds"] if osd["up"]) >= wanted:
                return


def wait_until_fuse_mounted(remote, fuse, mountpoint):
    while remote.sh(["stat", "--file-system", "--printf=%T", "--", mountpoint]).strip() != "fuseblk":
        if fuse is not None:
            assert fuse.exitstatus is None, "ceph-fuse ended"
        time.sleep(5)


def stop_daemons_of_type(ctx, type_, cluster="ceph", timeout=300):
    """Stops all daemons of a type, also when one of them cannot be; raises the last error."""
    failed = None
    for daemon in ctx.daemons.iter_daemons_of_role(type_, cluster):
        try:
            daemon.stop(timeout)
        except Exception as error:
            log.exception("Saw exception from %s", daemon.role)
            failed = error
    if failed is not None:
        raise failed
