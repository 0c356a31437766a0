using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Cli;

/// <summary>SSH to machines by the names that a directory has for them.</summary>
internal sealed class MachineAccess : IAsyncDisposable
{
    private readonly ServiceProvider? _lab;
    private readonly SiteConfig _site;
    private readonly Terminal _terminal;
    private readonly LoggerFactory _logs;

    /// <param name="terminal">Where errors are told.</param>
    /// <param name="site">User, key and domain.</param>
    /// <param name="local">Whether machines of the lab on this host are among them, which only it can reach.</param>
    /// <param name="verbose">Whether to tell every command.</param>
    public MachineAccess(Terminal terminal, SiteConfig site, bool local, bool verbose)
    {
        (_terminal, _site, _logs) = (terminal, site, new LoggerFactory([new ErrorLog(terminal, verbose)]));
        if (local)
            _lab = new ServiceCollection().AddSingleton(terminal.Time).AddLogging().AddEmbeddedLab(LabSettings.Read(terminal, null)).AddSiteLab(site).BuildServiceProvider();
    }

    /// <summary>Where log lines go.</summary>
    public ILoggerFactory Logs => _logs;

    /// <summary>The key that a machine shows now; null when its sshd does not answer.</summary>
    /// <param name="name">Its name, in full.</param>
    /// <param name="patient">Whether to ask for two minutes, as upstream does, or once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<string?> KeyAsync(string name, bool patient, CancellationToken cancellationToken)
    {
        var machine = await FindAsync(name, cancellationToken);
        if (machine.Dial is not null)
        {
            await using var remote = await ConnectAsync(machine with { HostKey = null }, cancellationToken);
            return remote.HostKey;
        }

        var scan = new HostKeyScan(_logs.CreateLogger<HostKeyScan>()) { Port = machine.SshPort, Time = _terminal.Time };
        try
        {
            return (patient ? await scan.ScanAsync([machine.Address], cancellationToken) : await scan.TryScanAsync([machine.Address], cancellationToken)).Values.FirstOrDefault();
        }
        catch (PollExhaustedException)
        {
            return null;
        }
    }

    /// <summary>A connection to a machine, whatever key it shows unless this host knows one of it.</summary>
    /// <param name="name">Its name, in full.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">It cannot be reached.</exception>
    public async Task<Remote> ConnectAsync(string name, CancellationToken cancellationToken) => await ConnectAsync(await FindAsync(name, cancellationToken), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _logs.Dispose();
        if (_lab is not null)
            await _lab.DisposeAsync();
    }

    private async Task<Remote> ConnectAsync(Machine machine, CancellationToken cancellationToken)
    {
        // No guardian: facts are read in a second, and nothing is to be left on the machine.
        var remote = new Remote(
            new RemoteEndpoint
            {
                HostName = machine.Name,
                User = machine.User,
                Address = machine.Address,
                Port = machine.SshPort,
                HostKey = machine.HostKey,
                IdentityFile = machine.IdentityFile,
                Dial = machine.Dial,
            },
            _logs.CreateLogger<Remote>(),
            new RemoteOptions { Guardian = null, Time = _terminal.Time });
        try
        {
            await remote.ConnectAsync(cancellationToken);
            return remote;
        }
        catch
        {
            await remote.DisposeAsync();
            throw;
        }
    }

    private async Task<Machine> FindAsync(string name, CancellationToken cancellationToken) =>
        (_lab is null ? null : await _lab.GetRequiredService<ILab>().FindAsync(name, cancellationToken))
        ?? await TargetMachine.OfAsync(new Target(_site.TestUser, name, null), _site, cancellationToken);
}
