"""The job as tasks see it: their `ctx`."""
import argparse
import importlib
import logging

from teuthology.config import config as site
from teuthology.orchestra.cluster import Cluster
from teuthology.orchestra.daemon import DaemonGroup
from teuthology.orchestra.remote import Remote
from teuthology_host import values
from teuthology_host.cephconf import CephConf


class JobContext(argparse.Namespace):
    """`ctx`. What tasks set on it stays for the tasks behind them."""

    def __init__(self, picture):
        site.update(values.decode(picture["site"]))
        super().__init__(
            config=values.decode(picture["config"]),
            cluster=Cluster([(Remote(**host["remote"]), host["roles"]) for host in picture["hosts"]]),
            archive=picture["archive"],
            name=picture["name"],
            job_id=picture["job_id"],
            owner=picture["owner"],
            machine_type=picture["machine_type"],
            summary={"success": True},
            teuthology_config=site,
            verbose=False,
            interactive_on_error=False)
        site["test_path"] = picture["testdir"]
        self._told = dict(self.summary)

    def take_clusters(self, clusters):
        """Makes what tasks of the controller have brought up look as if tasks of the checkout had."""
        for name in [name for name, ceph in getattr(self, "ceph", {}).items() if getattr(ceph, "of_controller", False)]:
            if name not in {cluster["name"] for cluster in clusters}:
                del self.ceph[name]
                self.managers.pop(name, None)
        for cluster in clusters:
            self._take(cluster)

    def _take(self, told):
        name = told["name"]
        if not hasattr(self, "daemons"):
            self.daemons = DaemonGroup()
        for attribute in ("ceph", "managers"):
            if not hasattr(self, attribute):
                setattr(self, attribute, Managers(self) if attribute == "managers" else {})
        if not hasattr(self, "disk_config"):
            self.disk_config = argparse.Namespace(
                remote_to_roles_to_dev={}, remote_to_roles_to_dev_mount_options={}, remote_to_roles_to_dev_fstype={})
        if name in self.ceph:
            return
        first, = self.cluster.only(told["first_mon"]).remotes
        self.ceph[name] = argparse.Namespace(
            of_controller=True,
            fsid=told["fsid"],
            conf=CephConf.parse(told["conf"]),
            mons=told["mons"],
            first_mon=told["first_mon"].rpartition(".")[2],
            first_mon_role=told["first_mon"],
            bootstrap_remote=first,
            bootstrapped=True,
            roleless=False,
            thrashers=[])

    def summary_changes(self):
        """What tasks have written into the summary since it was last asked."""
        changed = {key: value for key, value in self.summary.items() if key not in self._told or self._told[key] != value}
        self._told = dict(self.summary)
        return values.encode(changed)


class Managers(dict):
    """The checkout's own CephManager for each cluster, made when a task first asks: making one runs commands."""

    def __init__(self, ctx):
        super().__init__()
        self._ctx = ctx

    def __missing__(self, name):
        if name not in self._ctx.ceph:
            raise KeyError(name)
        module = importlib.import_module("tasks.ceph_manager")
        self[name] = module.CephManager(
            self._ctx.ceph[name].bootstrap_remote,
            ctx=self._ctx,
            logger=logging.getLogger("tasks.ceph_manager." + name),
            cluster=name)
        return self[name]

    def __contains__(self, name):
        return name in self._ctx.ceph

    def get(self, name, default=None):
        return self[name] if name in self else default

    def keys(self):
        return self._ctx.ceph.keys()

    def __iter__(self):
        return iter(self.keys())

    def values(self):
        return [self[name] for name in self.keys()]

    def items(self):
        return [(name, self[name]) for name in self.keys()]
