"""A ceph.conf that tasks can read, change and write."""


class CephConf(dict):
    """Sections by name, each a mapping of options."""

    @classmethod
    def parse(cls, text):
        conf, section = cls(), None
        for line in text.splitlines():
            line = line.strip()
            if line.startswith("[") and line.endswith("]"):
                section = conf.setdefault(line[1:-1], {})
            elif "=" in line and section is not None and not line.startswith(("#", ";")):
                key, _, value = line.partition("=")
                section[key.strip()] = value.strip()
        return conf

    def write(self, outfile=None):
        lines = []
        for name, section in self.items():
            lines.append(f"[{name}]")
            lines += [f"\t{key} = {value}" for key, value in section.items()]
        if outfile is None:
            return lines
        outfile.write(("\n".join(lines) + "\n").encode())
        return None
