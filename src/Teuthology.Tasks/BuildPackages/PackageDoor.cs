using System.Globalization;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// Lets the machines of a job reach the builds that are on the controller: each by a port of its own loopback address, which its connection with the controller
/// forwards. So nothing needs a way from the machines to the controller, which many labs and clouds do not have.
/// </summary>
public sealed class PackageDoor : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<Remote, RemoteForward> _open = [];
    private PackageServer? _server;

    /// <summary>What <c>gitbuilder_host</c> of the job is when builds come through the door; null while there are none.</summary>
    private string? Address => _server is { } server ? string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{server.Port}") : null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _turn.Dispose();
    }

    /// <summary>Begins to give the builds of a directory.</summary>
    /// <returns>What <c>gitbuilder_host</c> is to be.</returns>
    internal string Give(string directory)
    {
        _server ??= new PackageServer(directory);
        return Address!;
    }

    /// <summary>The builder as a machine is to ask for it: where it is the controller, the way there is opened, until the task is unwound.</summary>
    /// <param name="run">The task that installs.</param>
    /// <param name="builder">The job's builder.</param>
    /// <param name="remote">The machine.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the machine's sshd does not forward.</exception>
    internal async Task<PackageBuilder?> ForAsync(TaskRun run, PackageBuilder? builder, Remote remote, CancellationToken cancellationToken)
    {
        if (builder?.GitbuilderHost is not { } host || host != Address)
            return builder;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!_open.TryGetValue(remote, out var forward) || !forward.IsOpen)
            {
                forward = _open[remote] = await remote.ForwardAsync(_server!.Port, cancellationToken);
                var opened = forward;
                run.Defer($"close the way from {remote.ShortName} to the packages", (_, _) => opened.DisposeAsync().AsTask());
            }

            return builder with { GitbuilderHost = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{forward.Port}") };
        }
        finally
        {
            _turn.Release();
        }
    }
}
