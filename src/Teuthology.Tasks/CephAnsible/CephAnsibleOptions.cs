using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>Configuration of <c>ceph_ansible</c>.</summary>
public sealed record CephAnsibleOptions
{
    /// <summary>Git repository; ceph-ansible.git of the site's <c>ceph_git_base_url</c> when absent.</summary>
    public string? Repo { get; init; }

    /// <summary>Its branch.</summary>
    public string Branch { get; init; } = "main";

    /// <summary>Noted in the log: the playbooks are played by the controller's ansible, of the version it has.</summary>
    public string? AnsibleVersion { get; init; }

    /// <summary>Plays to use in place of the repository's <c>site.yml.sample</c>.</summary>
    public YamlList? Playbook { get; init; }

    /// <summary>Variables for all groups; <c>ceph_dev</c>, <c>ceph_dev_key</c> and <c>ceph_dev_branch</c> have defaults.</summary>
    public YamlMap Vars { get; init; } = [];

    /// <summary>A Red Hat build: its playbooks are those of the package ceph-ansible on the controller.</summary>
    public object? Rhbuild { get; init; }

    /// <summary>Wait until Ceph says HEALTH_OK or HEALTH_WARN.</summary>
    public bool WaitForHealth { get; init; } = true;

    /// <summary>Roles or names of machines; all when absent.</summary>
    public IReadOnlyList<string>? Hosts { get; init; }

    /// <summary>Leave the cluster as it is.</summary>
    public bool SkipTeardown { get; init; }
}
