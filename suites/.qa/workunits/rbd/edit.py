"""Writes repeatable bytes into an RBD image, a plain file, or both alike.

edit.py [--image NAME] [--file PATH] OPERATION...
  size:N            resize
  write:OFF:LEN:SEED  bytes of a generator with that seed
  discard:OFF:LEN   zeros, given back to the pool
  snap:NAME         snapshot (image only; the file is copied to PATH.NAME)
Numbers take K and M.
"""
import argparse
import random
import shutil

UNITS = {"K": 1 << 10, "M": 1 << 20}


def number(text):
    return int(text[:-1]) * UNITS[text[-1]] if text[-1] in UNITS else int(text)


class PlainFile:
    def __init__(self, path):
        self.path = path
        self.file = open(path, "a+b")
        self.file.close()
        self.file = open(path, "r+b")

    def size(self, n):
        self.file.truncate(n)

    def write(self, off, data):
        self.file.seek(off)
        self.file.write(data)

    def discard(self, off, length):
        self.write(off, bytes(length))

    def snap(self, name):
        self.file.flush()
        shutil.copyfile(self.path, self.path + "." + name)

    def close(self):
        self.file.close()


class Image:
    def __init__(self, name):
        import rados
        import rbd
        self.cluster = rados.Rados(conffile="")
        self.cluster.conf_parse_env("CEPH_ARGS")
        self.cluster.connect()
        self.io = self.cluster.open_ioctx("rbd")
        self.image = rbd.Image(self.io, name)
        self.size = self.image.resize
        self.discard = self.image.discard
        self.snap = self.image.create_snap

    def write(self, off, data):
        assert self.image.write(data, off) == len(data)

    def close(self):
        self.image.flush()
        self.image.close()
        self.io.close()
        self.cluster.shutdown()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image")
    parser.add_argument("--file")
    parser.add_argument("operations", nargs="+")
    args = parser.parse_args()
    targets = []
    if args.file:
        targets.append(PlainFile(args.file))
    if args.image:
        targets.append(Image(args.image))
    for operation in args.operations:
        what, *rest = operation.split(":")
        for target in targets:
            if what == "size":
                target.size(number(rest[0]))
            elif what == "write":
                length = number(rest[1])
                target.write(number(rest[0]), random.Random(int(rest[2])).randbytes(length))
            elif what == "discard":
                target.discard(number(rest[0]), number(rest[1]))
            elif what == "snap":
                target.snap(rest[0])
            else:
                parser.error("unknown operation: " + operation)
    for target in targets:
        target.close()


main()
