"""Long-running programs of a job. The controller keeps them: those that its own tasks started are here as well."""
import logging

from teuthology import misc
from teuthology.orchestra import run as commands
from teuthology_host.wire import link


class DaemonProcess:
    """The process of a daemon's last start."""

    def __init__(self, daemon):
        self._daemon = daemon

    @property
    def finished(self):
        return self._daemon._state()["finished"]

    @property
    def exitstatus(self):
        return self._daemon._state()["status"]

    returncode = exitstatus

    def poll(self):
        return self._daemon.check_status()

    def wait(self):
        self._daemon._call("wait", seconds=None)


class DaemonState:
    def __init__(self, remote, role, command_args=None, command_kwargs=None):
        self.remote, self.role = remote, role
        self.cluster, self.type_, self.id_ = misc.split_role(role)
        self.command_args, self.command_kwargs = command_args or [], command_kwargs or {}
        self.log = logging.getLogger(f"tasks.{role}")

    def _call(self, action, **what):
        return link.call("daemon", role=self.role, action=action, **what)

    def _state(self):
        return self._call("state")

    @property
    def proc(self):
        return DaemonProcess(self) if self._state()["kept"] else None

    def running(self):
        """Whether it was started and not stopped, as upstream: one that died by itself counts."""
        return self._state()["kept"]

    def start(self, timeout=300):
        self._call("start")

    def stop(self, timeout=300):
        self._call("stop", seconds=timeout)

    def restart(self, *args, **kwargs):
        if args or kwargs:
            self.command_args, self.command_kwargs = list(args), kwargs
            self._call("replace", **command_of(args, kwargs))
        self._call("restart")

    def restart_with_args(self, extra_args):
        self._call("restart_with", args=[str(arg) for arg in extra_args])

    def signal(self, sig, silent=False):
        self._call("signal", signal=int(sig))
        if not silent:
            self.log.info("sent signal %s", sig)

    def reset(self):
        self._call("reset")

    def check_status(self):
        return self._call("check")

    def wait(self, timeout=300):
        self._call("wait", seconds=timeout)

    wait_for_exit = wait


class DaemonGroup:
    """The daemons of the job."""

    def __init__(self, use_systemd=False, use_cephadm=None):
        self._fsids = {}
        self._own = {}
        if use_cephadm:
            link.call("daemons", use="cephadm")
        elif use_systemd:
            link.call("daemons", use="systemd")

    @property
    def daemons(self):
        """By `cluster.type` and id."""
        every = {}
        for daemon in self._all():
            every.setdefault(f"{daemon.cluster}.{daemon.type_}", {})[daemon.id_] = daemon
        return every

    def _all(self):
        remotes = {}
        from teuthology_host import tasks
        for remote in tasks.job.cluster.remotes:
            remotes[remote.name] = remote
        return [self._own.get(told["role"]) or DaemonState(remotes[told["host"]], told["role"]) for told in link.call("daemons")]

    def register_daemon(self, remote, type_, id_, *args, **kwargs):
        return self._add("register", remote, type_, id_, args, kwargs)

    def add_daemon(self, remote, type_, id_, *args, **kwargs):
        return self._add("add", remote, type_, id_, args, kwargs)

    def _add(self, action, remote, type_, id_, args, kwargs):
        role = f"{type_}.{id_}"
        cluster = kwargs.pop("cluster", None)
        if "." not in type_ and cluster not in (None, "ceph"):
            role = f"{cluster}.{role}"
        role = ".".join(part for i, part in enumerate(misc.split_role(role)) if i or part != "ceph")
        daemon = self._own[role] = DaemonState(remote, role, list(args), dict(kwargs))
        started, fsid = kwargs.pop("started", False), kwargs.pop("fsid", None)
        link.call("daemon", role=role, action=action, host=remote.name, started=started, fsid=fsid, **command_of(args, kwargs))
        return daemon

    def get_daemon(self, type_, id_, cluster="ceph"):
        return self.daemons.get(f"{cluster}.{type_}", {}).get(str(id_))

    def iter_daemons_of_role(self, type_, cluster=None):
        return iter([daemon for daemon in self._all() if daemon.type_ == type_ and cluster in (None, daemon.cluster)])

    def resolve_role_list(self, roles, types, cluster_aware=False):
        """Roles in full for what a job names: `osd.*` is every one of the type; nothing named is all of the types."""
        def named(daemon):
            return f"{daemon.cluster}.{daemon.type_}.{daemon.id_}" if cluster_aware else f"{daemon.type_}.{daemon.id_}"

        every = [daemon for daemon in self._all() if daemon.type_ in types]
        if roles is None:
            return [named(daemon) for daemon in every]
        found = []
        for role in roles:
            cluster, type_, id_ = misc.split_role(role)
            if type_ not in types:
                raise AssertionError(f"{role} is none of {types}")
            found += [named(daemon) for daemon in every
                      if (daemon.cluster, daemon.type_) == (cluster, type_) and id_ in ("*", daemon.id_) and named(daemon) not in found]
        return found


def command_of(args, kwargs):
    """A daemon's command as the controller takes it."""
    words = kwargs.get("args") or (args[0] if args else [])
    return {
        "args": words if isinstance(words, str) else [{"raw": word.value} if isinstance(word, commands.Raw) else str(word) for word in words],
        "logger": getattr(kwargs.get("logger"), "name", None),
        "helper": kwargs.get("stdin") is commands.PIPE,
    }
