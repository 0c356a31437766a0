namespace Teuthology.Jobs;

/// <summary>A file or directory of the machines that belongs into the job's archive.</summary>
/// <param name="Name">Name under <c>remote/&lt;host&gt;/</c>.</param>
/// <param name="RemotePath">Absolute path on the machines.</param>
public sealed record RemoteLog(string Name, string RemotePath);
