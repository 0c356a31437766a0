namespace Teuthology.Results;

/// <summary>A log in a job's archive.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Host">Short name of the machine; empty for the controller's own.</param>
/// <param name="Name">What it is called in the archive, without <c>remote/HOST/</c>, <c>.gz</c> and <c>.log</c>, e.g. <c>log/ceph-mon.a</c>.</param>
public sealed record LogFile(string Path, string Host, string Name)
{
    /// <summary>Bytes on the disk.</summary>
    public long Length => new FileInfo(Path).Length;
}
