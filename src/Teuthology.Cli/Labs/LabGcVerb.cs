using System.CommandLine;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary><c>teuthology lab gc</c>: removes what killed processes left.</summary>
internal sealed class LabGcVerb : LabVerb
{
    private readonly Option<int?> _unused = new("--unused") { HelpName = "DAYS", Description = "Also snapshots that no machine began with for so many days" };
    private readonly Option<string?> _space = new("--space") { HelpName = "SIZE", Description = "Also the snapshots used longest ago, until the others take no more than this, e.g. 20GiB" };

    public LabGcVerb(Terminal terminal)
        : base(terminal, "gc", "Remove what killed processes left: machines, mounts, networks, half built images")
    {
        Add(_unused);
        Add(_space);
        Remarks = ["Nothing that a living process or `lab up` holds is touched. Every run that uses the lab does this first, so it is needed only to have a clean host now."];
        Examples = [("teuthology lab gc", "Prints what it removed, a line each"), ("teuthology lab gc --unused 14 --space 20GiB", "Snapshots, too: those of this fortnight, 20 GiB of them at most")];
    }

    protected override async Task<int> RunAsync(LeasedLab lab, ParseResult line, CancellationToken cancellationToken)
    {
        foreach (var removed in await lab.CollectGarbageAsync(cancellationToken))
            await Terminal.Out.WriteLineAsync(removed);
        if (line.GetValue(_unused) is not null || line.GetValue(_space) is not null)
            await RemoveSnapshotsAsync(lab.Snapshots, line, cancellationToken);
        return ExitCode.Success;
    }

    private static long SizeOf(string text) => text == "0" ? 0
        : ByteSize.TryParse(text, out var size) ? size.Bytes
        : throw new ConfigurationException($"--space is '{text}'; it must be a size, e.g. 20GiB or 500MB");

    private async Task RemoveSnapshotsAsync(IMachineSnapshots snapshots, ParseResult line, CancellationToken cancellationToken)
    {
        if (line.GetValue(_unused) is < 0)
            throw new ConfigurationException("--unused must be 0 or more days");
        var since = line.GetValue(_unused) is { } days ? Terminal.Time.GetUtcNow() - TimeSpan.FromDays(days) : DateTimeOffset.MinValue;
        var space = line.GetValue(_space) is { } text ? SizeOf(text) : long.MaxValue;
        var all = snapshots.Snapshots().OrderBy(snapshot => snapshot.Used).ToList();
        var total = all.Sum(snapshot => snapshot.Bytes);
        foreach (var snapshot in all)
        {
            if (snapshot.Used >= since && total <= space)
                break;
            try
            {
                await snapshots.RemoveSnapshotAsync(snapshot.Name, cancellationToken);
                total -= snapshot.Bytes;
                await Terminal.Out.WriteLineAsync($"snapshot {snapshot.Name} ({DataSize.Tell(snapshot.Bytes)})");
            }
            catch (ConfigurationException inUse)
            {
                await Terminal.Error.WriteLineAsync(inUse.Message);
            }
        }
    }
}
