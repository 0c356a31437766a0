using Microsoft.Extensions.Logging;
using Teuthology.Orchestra;

namespace MyLab.Tests.Tasks;

/// <summary>A directory on a machine: there from <see cref="OpenAsync"/> on, gone again when the job has unwound.</summary>
public sealed class Mailbox : IAsyncDisposable
{
    private readonly Remote _remote;
    private readonly ILogger _log;
    private readonly string _path;

    private Mailbox(Remote remote, string path, ILogger log) => (_remote, _path, _log) = (remote, path, log);

    public static async Task<Mailbox> OpenAsync(Remote remote, string path, ILogger log, CancellationToken cancellationToken)
    {
        await remote.RunAsync(RemoteCommand.Args("mkdir", path), cancellationToken);
        return new Mailbox(remote, path, log);
    }

    public Task PutAsync(int number, string letter, CancellationToken cancellationToken) =>
        _remote.WriteFileAsync($"{_path}/{number}", letter + "\n", options: null, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _remote.RunAsync(RemoteCommand.Args("rm", "-r", _path), CancellationToken.None);
        _log.LogInformation("the mailbox on {Host} is gone", _remote.ShortName);
    }
}
