namespace Teuthology.LockTest;

/// <summary>Makes faults, one after another, drawn from the seed, and undoes them.</summary>
internal sealed class Nemesis(ClientCrew crew, IReadOnlyList<Fault> storeFaults, HistoryWriter history, Random random)
{
    /// <summary>Works until told to stop; leaves everything whole.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var faults = storeFaults.Concat(ClientFaults()).ToList();
        while (true)
        {
            await PauseAsync(random.Next(150, 900), stop);
            if (stop.IsCancellationRequested)
                return;
            var fault = faults[random.Next(faults.Count)];
            var target = crew.Any(random);
            var length = TimeSpan.FromMilliseconds(random.Next(fault.Shortest, fault.Longest));
            var id = history.Invoke(fault.Name, new HistoryValue { Target = target.Name, Duration = (long)length.TotalMilliseconds });
            await fault.MakeAsync(new FaultChoice(target, length, random, stop));
            history.End(HistoryEvent.Info, fault.Name, id, null);
        }
    }

    private static Task PauseAsync(double milliseconds, CancellationToken stop) => FaultChoice.PauseAsync(TimeSpan.FromMilliseconds(milliseconds), stop);

    private IEnumerable<Fault> ClientFaults() =>
    [
        new("kill-client", 0, 1, async choice =>
        {
            history.Note("kill", new HistoryValue { Target = choice.Client.Name });
            await crew.ReplaceAsync(choice.Client);
        }),
        new("stop-client", 500, 3500, async choice =>
        {
            await choice.Client.StopAsync();
            await choice.PauseAsync();
            await choice.Client.ContinueAsync();
        }),
    ];
}
