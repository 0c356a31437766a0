"""The site's configuration."""


class Site(dict):
    """Keys of .teuthology.yaml; also as attributes, None where the site says nothing."""

    _DEFAULTS = {
        "ceph_git_base_url": "https://github.com/ceph/",
        "lab_domain": "",
        "automated_scheduling": False,
    }

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self.get(name, self._DEFAULTS.get(name))

    def __setattr__(self, name, value):
        self[name] = value

    def get_ceph_git_url(self):
        return self.ceph_git_url or self.ceph_git_base_url + "ceph-ci.git"

    def get_ceph_qa_suite_git_url(self):
        return self.ceph_qa_suite_git_url or self.get_ceph_git_url()


config = Site()
