"""One connection to a Ceph cluster for many commands.

Reads one JSON object a line: {"to": "mon" | "mgr" | "osd.N", "command": {...}, "input": text};
answers each with one line: [status, output, message], status 0 or a negative errno.
usage: mon-channel.py CLUSTER
"""
import json
import sys

import rados


def main():
    cluster = rados.Rados(name="client.admin", clustername=sys.argv[1],
                          conffile="/etc/ceph/%s.conf" % sys.argv[1],
                          conf={"rados_mon_op_timeout": "120", "rados_osd_op_timeout": "120", "client_mount_timeout": "120"})
    cluster.connect()
    print(json.dumps([0, "", "connected"]), flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        to = question["to"]
        command = json.dumps(question["command"])
        data = question.get("input", "").encode()
        try:
            if to == "mon":
                answer = cluster.mon_command(command, data)
            elif to == "mgr":
                answer = cluster.mgr_command(command, data)
            else:
                answer = cluster.osd_command(int(to.split(".")[1]), command, data)
            status, output, message = answer
            answer = [status, output.decode("utf-8", "replace"), message]
        except rados.Error as error:
            answer = [-(error.errno or 5), "", str(error)]
        print(json.dumps(answer), flush=True)


main()
