using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>The packages that projects have: <c>packages/packages.yaml</c> of the suites, else a list that is built in.</summary>
public sealed class PackageList
{
    private readonly YamlMap _projects;

    private PackageList(YamlMap projects) => _projects = projects;

    /// <summary>Ceph QA's list as far as Debian has them.</summary>
    public static PackageList BuiltIn { get; } = new((YamlMap)YamlLoader.Load(
        """
        ceph:
          deb: [ceph, ceph-mds, ceph-mgr, ceph-common, ceph-fuse, radosgw, python3-rados, python3-rgw, python3-cephfs, python3-rbd, libcephfs2, librados2, librbd1,
            rbd-fuse, ceph-dbg, ceph-mds-dbg, ceph-common-dbg, ceph-fuse-dbg, radosgw-dbg, libcephfs2-dbg, librados2-dbg, librbd1-dbg]
          rpm: [ceph-radosgw, ceph-test, ceph, ceph-fuse, libcephfs2, librados2, librbd1, python3-rados, python3-rgw, python3-cephfs, python3-rbd, rbd-fuse, ceph-debuginfo]
        """,
        "packages.yaml")!);

    /// <summary>The list of a job's suites.</summary>
    /// <param name="job">The job.</param>
    /// <exception cref="ConfigurationException">The file is no such list.</exception>
    public static PackageList Of(JobContext job)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (SuiteFile.Find(job, "packages", "packages.yaml") is not { } path)
            return BuiltIn;
        return YamlLoader.LoadFile(path) is YamlMap projects && projects.Values.All(v => v is YamlMap)
            ? new PackageList(projects)
            : throw new ConfigurationException($"{path}: it must be a mapping of projects to the lists 'deb' and 'rpm'");
    }

    /// <summary>The packages of a project; one of its own name when the list does not know it.</summary>
    /// <param name="project">The project.</param>
    /// <param name="kind"><c>deb</c> or <c>rpm</c>.</param>
    public IReadOnlyList<string> For(string project, string kind) =>
        _projects.Get(project) is YamlMap kinds ? kinds.Get(kind) is YamlList list ? [.. list.OfType<string>()] : [] : [project];
}
