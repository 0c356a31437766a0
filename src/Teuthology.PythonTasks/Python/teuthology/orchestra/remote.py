"""A machine."""
import base64
import io
import os

from teuthology.orchestra import run as commands
from teuthology.orchestra.console import Console
from teuthology_host.wire import link


class OperatingSystem:
    """What a machine runs."""

    def __init__(self, name, version, codename, package_type):
        self.name, self.version, self.codename, self.package_type = name, version, codename, package_type

    def __str__(self):
        return f"{self.name} {self.version}".strip()


class Remote:
    """A machine of the job."""

    def __init__(self, name, shortname, hostname, user, ip_address, machine_type=None):
        self.name, self.shortname, self.hostname, self.user, self.ip_address, self.machine_type = (
            name, shortname, hostname, user, ip_address, machine_type)
        self.console = Console(self)
        self._facts = None

    def __repr__(self):
        return f"Remote(name={self.name!r})"

    __str__ = __repr__

    def __lt__(self, other):
        return self.name < other.name

    # What runs there

    def run(self, **kwargs):
        return commands.run(self, **kwargs)

    def sh(self, script, **kwargs):
        """A command's standard output as text."""
        kwargs.setdefault("stdout", io.BytesIO())
        output = self.run(args=script, **kwargs).stdout.getvalue()
        return output.decode() if isinstance(output, bytes) else output

    def sh_file(self, script, label="script", sudo=False, **kwargs):
        """Runs a script by way of a file; gives its standard output."""
        path = self.mktemp()
        self.write_file(path, script)
        try:
            return self.sh((["sudo"] if sudo else []) + ["bash", path], label=label, **kwargs)
        finally:
            self.remove(path)

    # What it is

    def _fact(self, name):
        if self._facts is None:
            self._facts = link.call("facts", host=self.name)
        return self._facts[name]

    @property
    def os(self):
        return OperatingSystem(**self._fact("os"))

    @property
    def arch(self):
        return self._fact("arch")

    @property
    def host_key(self):
        return self._fact("host_key")

    @property
    def system_type(self):
        return self.os.package_type

    @property
    def init_system(self):
        return self._fact("init_system")

    @property
    def is_container(self):
        return self._fact("is_container")

    @property
    def is_vm(self):
        return self._fact("is_vm")

    @property
    def is_online(self):
        return True

    def reconnect(self, timeout=None, socket_timeout=None, sleep_time=None):
        return link.call("reconnect", host=self.name, timeout=timeout)

    def connect(self, timeout=None, **_):
        self.reconnect(timeout)
        return self

    # Its files

    def write_file(self, path, data, sudo=False, mode=None, owner=None, mkdir=False, append=False, sync=False, **_):
        data = data.read() if hasattr(data, "read") else data
        data = data.encode() if isinstance(data, str) else data
        link.call("write", host=self.name, path=path, data=base64.b64encode(data).decode(), sudo=sudo or owner is not None,
                  mode=None if mode is None else str(mode), owner=owner, mkdir=mkdir, append=append, sync=sync)

    def sudo_write_file(self, path, data, **kwargs):
        self.write_file(path, data, sudo=True, **kwargs)

    def read_file(self, path, sudo=False, stdout=None, offset=0, length=0):
        data = base64.b64decode(link.call("read", host=self.name, path=path, sudo=sudo, offset=offset, length=length or None))
        if stdout is None:
            return data
        stdout.write(data.decode() if isinstance(stdout, io.TextIOBase) else data)
        return None

    def put_file(self, src, dst, sudo=False, mode=None):
        with open(src, "rb") as file:
            self.write_file(dst, file, sudo=sudo, mode=mode)

    def get_file(self, path, sudo=False, dest_dir="/tmp"):
        return link.call("fetch", host=self.name, path=path, sudo=sudo, to=os.path.abspath(dest_dir))

    def get_tar(self, path, to_path, sudo=False, compress=True):
        link.call("fetch_tar", host=self.name, path=path, to=os.path.abspath(to_path), sudo=sudo, compress=compress)

    def mktemp(self, suffix=None, parentdir=None, path=None, data=None):
        made = link.call("mktemp", host=self.name, suffix=suffix or "", directory=parentdir, folder=False)
        if data is not None:
            self.write_file(made, data)
        return made

    def mkdtemp(self, suffix=None, parentdir=None):
        return link.call("mktemp", host=self.name, suffix=suffix or "", directory=parentdir, folder=True)

    def _tool(self, sudo, *words):
        return self.run(args=(["sudo"] if sudo else []) + list(words))

    def mkdir(self, path, mode=None, sudo=False):
        self._tool(sudo, "mkdir", *(["-m", str(mode)] if mode else []), "--", path)

    def remove(self, path, sudo=True):
        self._tool(sudo, "rm", "-fr", "--", path)

    def chmod(self, file_path, permissions):
        self._tool(True, "chmod", str(permissions), "--", file_path)

    def chown(self, file_path, owner):
        self._tool(True, "chown", owner, "--", file_path)

    def chcon(self, file_path, context):
        if self.os.package_type == "rpm":
            self._tool(True, "chcon", context, "--", file_path)

    def copy_file(self, src, dst, sudo=False, mode=None, owner=None, mkdir=False, append=False):
        if mkdir:
            self._tool(sudo, "mkdir", "-p", "--", os.path.dirname(dst))
        if append:
            self._tool(sudo, "sh", "-c", 'cat "$0" >>"$1"', src, dst)
        else:
            self._tool(sudo, "cp", "--", src, dst)
        self._own(dst, mode, owner)

    def move_file(self, src, dst, sudo=False, mode=None, owner=None, mkdir=False):
        if mkdir:
            self._tool(sudo, "mkdir", "-p", "--", os.path.dirname(dst))
        self._tool(sudo, "mv", "--", src, dst)
        self._own(dst, mode, owner)

    def _own(self, path, mode, owner):
        if mode is not None:
            self.chmod(path, mode)
        if owner is not None:
            self.chown(path, owner)

    def is_mounted(self, path):
        return self.run(args=["mountpoint", "-q", "--", path], check_status=False).exitstatus == 0
