using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra.Tests;

/// <summary>An sshd for the tests of a class; they are skipped where there can be none.</summary>
public sealed class LoopbackSshd : IAsyncLifetime
{
    private readonly SshdProcess sshd = new();

    public string? Missing { get; private set; }

    public int Port => sshd.Port;

    public string IdentityFile => sshd.IdentityFile;

    public RemoteEndpoint Endpoint => sshd.Endpoint;

    /// <summary>A remote on this sshd; skips the test when there is no sshd.</summary>
    public Remote Remote(ILogger? log = null, RemoteOptions? options = null)
    {
        Skip.If(Missing is not null, Missing);
        return new Remote(Endpoint, log ?? new LineKeeper(), options);
    }

    public async Task InitializeAsync()
    {
        Missing = await OpenSshServer.MissingAsync();
        if (Missing is null)
            await sshd.BeginAsync();
    }

    public Task StartAsync() => sshd.StartAsync();

    public Task KillAsync() => sshd.KillAsync();

    public async Task DisposeAsync() => await sshd.DisposeAsync();
}
