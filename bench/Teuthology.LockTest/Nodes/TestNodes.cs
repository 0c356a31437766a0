using System.Globalization;
using Teuthology.Lab;

namespace Teuthology.LockTest;

/// <summary>Real machines: an sshd each on 127.0.0.x, with a log to which all that runs there appends its fence.</summary>
internal sealed class TestNodes : IAsyncDisposable
{
    private const string FenceCheck = "check_fence \"$home\" \"$2\" \"$4\"";
    private readonly LoopbackProvisioner _provisioner;
    private readonly string _directory;
    private readonly List<Machine> _machines = [];

    public TestNodes(string directory, int count)
    {
        _directory = directory;
        _provisioner = new LoopbackProvisioner(new LabOptions { StateDirectory = directory, MaxNodes = count }, TimeProvider.System);
    }

    public string MachineType => _provisioner.Kind;

    public IReadOnlyList<string> Names => _provisioner.MachineNames;

    public IReadOnlyList<ClientSettings.MachineAddress> Addresses =>
        [.. _machines.Select(m => new ClientSettings.MachineAddress(m.Name, m.Address, m.SshPort, m.HostKey!, m.IdentityFile, LogFile(m.Name)))];

    /// <summary>Brings them up.</summary>
    /// <exception cref="TeuthologyException">The host has no sshd and gets none.</exception>
    public async Task StartAsync(Mutant mutant, CancellationToken cancellationToken)
    {
        await _provisioner.PrepareAsync(null, cancellationToken);
        _machines.AddRange(await Task.WhenAll(Names.Select(n => _provisioner.StartAsync(n, null, cancellationToken))));
        foreach (var name in Names)
        {
            await File.WriteAllTextAsync(LogFile(name), "", cancellationToken);
            if (mutant == Mutant.NoFence)
                await CutFenceCheckAsync(name, cancellationToken);
        }
    }

    /// <summary>Writes what ran on the machines into the history.</summary>
    public async Task NoteAsync(string historyDirectory)
    {
        foreach (var name in Names)
        {
            using var history = new NodeHistory(Path.Combine(historyDirectory, $"node-{name}.jsonl"), name);
            foreach (var line in await File.ReadAllLinesAsync(LogFile(name)))
                history.Write(line);
        }
    }

    public async ValueTask DisposeAsync() => await _provisioner.DownAsync(CancellationToken.None);

    private string LogFile(string name) => Path.Combine(_directory, $"{name}.log");

    // What comes to the machine passes its entry; the guardian's program is in the line, and there the call is taken out of it.
    private async Task CutFenceCheckAsync(string name, CancellationToken cancellationToken)
    {
        var entry = Path.Combine(_directory, "loopback", "nodes", name, "bin", "entry");
        var script = (await File.ReadAllTextAsync(entry, cancellationToken)).Split('\n').ToList();
        script[0] = "#!/bin/bash";
        script.Insert(1, $"check='{FenceCheck}'; SSH_ORIGINAL_COMMAND=${{SSH_ORIGINAL_COMMAND/\"$check\"/:}}");
        await File.WriteAllTextAsync(entry, string.Join('\n', script), cancellationToken);
    }
}
