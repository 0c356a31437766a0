namespace Teuthology.Tasks;

/// <summary>Configuration of <c>hadoop</c>.</summary>
public sealed record HadoopOptions
{
    /// <summary>Use Hadoop's own file system; else CephFS, which then must run.</summary>
    public bool Hdfs { get; init; }

    /// <summary>Archive to install, which the machines fetch.</summary>
    public string Url { get; init; } = "https://archive.apache.org/dist/hadoop/core/hadoop-2.5.2/hadoop-2.5.2.tar.gz";

    /// <summary>CephFS's file system for Hadoop, <c>cephfs-hadoop-0.80.6.jar</c>, which the machines fetch; needed without <see cref="Hdfs"/>.</summary>
    public string? CephfsJar { get; init; }
}
