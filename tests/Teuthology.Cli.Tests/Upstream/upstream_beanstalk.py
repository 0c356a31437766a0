"""What upstream's tools ask of beanstalkc, which Debian has for no Python 3."""
import socket

import yaml


class Connection:
    # A test does not wait for a minute until a queue counts as empty.
    LONGEST_WAIT = 2

    def __init__(self, host="localhost", port=11300, **_):
        self.socket = socket.create_connection((host, port))
        self.input = self.socket.makefile("rb")

    def ask(self, command, data=None):
        self.socket.sendall(command.encode() + b"\r\n" + (b"" if data is None else data + b"\r\n"))
        words = self.input.readline().decode().split()
        if words[0] in ("OK", "RESERVED", "FOUND"):
            return words, self.input.read(int(words[-1]) + 2)[:-2].decode()
        return words, None

    def put(self, body, priority=2**31, delay=0, ttr=120):
        data = body.encode()
        words, _ = self.ask(f"put {priority} {delay} {ttr} {len(data)}", data)
        return int(words[1])

    def use(self, tube):
        self.ask(f"use {tube}")

    def watch(self, tube):
        self.ask(f"watch {tube}")

    def ignore(self, tube):
        self.ask(f"ignore {tube}")

    def reserve(self, timeout=0):
        words, body = self.ask(f"reserve-with-timeout {int(min(timeout, self.LONGEST_WAIT))}")
        return Job(self, int(words[1]), body) if words[0] == "RESERVED" else None

    def stats_tube(self, tube):
        words, body = self.ask(f"stats-tube {tube}")
        return yaml.safe_load(body) if words[0] == "OK" else dict.fromkeys(("current-jobs-ready", "pause"), 0)

    def tubes(self):
        return yaml.safe_load(self.ask("list-tubes")[1])

    def pause_tube(self, tube, seconds):
        self.ask(f"pause-tube {tube} {seconds}")

    def close(self):
        self.socket.close()


class Job:
    def __init__(self, connection, jid, body):
        self.connection, self.jid, self.body = connection, jid, body

    def stats(self):
        return yaml.safe_load(self.connection.ask(f"stats-job {self.jid}")[1])

    def bury(self):
        self.connection.ask(f"bury {self.jid} {self.stats()['pri']}")

    def delete(self):
        self.connection.ask(f"delete {self.jid}")


BeanstalkcException = SocketError = type("SocketError", (Exception,), {})
