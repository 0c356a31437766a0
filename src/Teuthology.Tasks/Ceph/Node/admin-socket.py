"""One question to a Ceph daemon by its admin socket.

usage: admin-socket.py SOCKET JSON; prints the answer. Status 111: nobody listens.
"""
import socket
import struct
import sys


def main():
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        # Without a time limit yet: with one, a daemon that has others to answer first would refuse at once
        sock.connect(sys.argv[1])
    except OSError as error:
        sys.exit("%s: %s" % (sys.argv[1], error)) if error.errno not in (2, 111) else sys.exit(111)
    sock.settimeout(60)
    sock.sendall(sys.argv[2].encode() + b"\0")
    length = struct.unpack(">I", read(sock, 4))[0]
    sys.stdout.write(read(sock, length).decode("utf-8", "replace"))


def read(sock, count):
    data = b""
    while len(data) < count:
        part = sock.recv(count - len(data))
        if not part:
            sys.exit("%s: the daemon hung up" % sys.argv[1])
        data += part
    return data


main()
