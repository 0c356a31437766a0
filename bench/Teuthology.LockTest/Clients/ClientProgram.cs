using Teuthology.Lab;

namespace Teuthology.LockTest;

/// <summary>The program of a client: <c>client SETTINGS PROCESS SEED</c>. Says <c>ready</c>, waits for <c>go</c>, works until <c>finish</c>; the end of its input is the end of it.</summary>
internal static class ClientProgram
{
    public static async Task<int> RunAsync(string settingsFile, string process, int seed)
    {
        var settings = ClientSettings.Read(settingsFile);
        using var clock = new OffsetClock(settings.ClockFile);
        using var history = new HistoryWriter(Path.Combine(settings.HistoryDirectory, $"{process}.jsonl"), process);
        await using var locks = StoreKinds.Open(settings.Store, settings.Mutant, clock);
        await locks.ListAsync();
        Console.Out.WriteLine("ready");
        if (await Console.In.ReadLineAsync() != "go")
            return 1;
        using var finish = new CancellationTokenSource();
        var orders = Task.Run(async () =>
        {
            while (await Console.In.ReadLineAsync() is { } order)
            {
                if (order == "finish")
                    await finish.CancelAsync();
            }

            // The test is gone.
            Environment.Exit(1);
        });
        await new LockClient(settings, locks, history, process, new Random(seed)).RunAsync(finish.Token);
        history.Note("exit", null);
        return orders.IsFaulted ? 1 : 0;
    }
}
