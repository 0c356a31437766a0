"""The machines of a job with their roles."""
from teuthology.orchestra import run as commands


class Cluster:
    def __init__(self, remotes=None):
        self.remotes = {}
        for remote, roles in remotes or []:
            self.add(remote, roles)

    def add(self, remote, roles):
        if remote in self.remotes:
            raise RuntimeError(f"Remote {remote!r} already found in remotes: {self.remotes[remote]}")
        self.remotes[remote] = list(roles)

    def run(self, wait=True, parallel=False, **kwargs):
        """Runs a command on every machine; one after the other where it waits, unless told otherwise."""
        if not wait:
            return [remote.run(wait=False, **kwargs) for remote in self.remotes]
        if not parallel:
            return [remote.run(wait=True, **kwargs) for remote in self.remotes]
        processes = [remote.run(wait=False, **kwargs) for remote in self.remotes]
        commands.wait(processes)
        return processes

    def sh(self, script, **kwargs):
        return [remote.sh(script, **kwargs) for remote in self.remotes]

    def write_file(self, file_name, content, sudo=False, perms=None, owner=None):
        for remote in self.remotes:
            remote.write_file(file_name, content, sudo=sudo, mode=perms, owner=owner)

    def only(self, *roles):
        """The machines that have all these roles; a function stands for the roles that it accepts."""
        return self._where(lambda remote: self._has_all(remote, roles))

    def exclude(self, *roles):
        return self._where(lambda remote: not self._has_all(remote, roles))

    def filter(self, func):
        return self._where(func)

    def _where(self, wanted):
        return Cluster([(remote, roles) for remote, roles in self.remotes.items() if wanted(remote)])

    def _has_all(self, remote, wanted):
        has = self.remotes[remote]
        return all(any(map(role, has)) if callable(role) else role in has for role in wanted)

    def __repr__(self):
        return f"Cluster(remotes={list(self.remotes.items())!r})"

    __str__ = __repr__
