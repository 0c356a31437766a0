using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>Configuration of <c>cephmetrics</c>.</summary>
public sealed record CephMetricsOptions
{
    /// <summary>Git repository; cephmetrics.git of the site's <c>ceph_git_base_url</c> when absent.</summary>
    public string? Repo { get; init; }

    /// <summary>Its branch.</summary>
    public string Branch { get; init; } = "main";

    /// <summary>Playbook in it.</summary>
    public string Playbook { get; init; } = "./ansible/playbook.yml";

    /// <summary>Extra variables.</summary>
    public YamlMap Vars { get; init; } = [];

    /// <summary>Time between the playbook and the tests, in which data gathers.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Program of the controller that tests, with its arguments; run in the repository, with the inventory's path behind it.</summary>
    public string Tests { get; init; } = "tox -e integration";

    /// <summary>Roles or names of machines; all when absent.</summary>
    public IReadOnlyList<string>? Hosts { get; init; }
}
