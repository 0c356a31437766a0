using System.Diagnostics;

namespace Teuthology.Lab.Tests;

/// <summary>Takes and gives back machines, and writes down when it held which.</summary>
internal static class LeaseClient
{
    public static async Task RunAsync(string file, string name, int count, int turns, TextWriter history)
    {
        await using var store = new LeaseStore(file, TimeProvider.System);
        for (var turn = 0; turn < turns; turn++)
        {
            var lease = await store.ClaimAsync(StoreFixture.Want(count, name), null, CancellationToken.None);
            var from = Stopwatch.GetTimestamp();
            if (turn % 3 == 0)
                await Task.Delay(2);
            if (!await store.RenewAsync(lease, TimeSpan.FromSeconds(60), CancellationToken.None))
                await history.WriteLineAsync($"lost {lease.Fence}");
            await history.WriteLineAsync(new Hold(name, lease.Fence, from, Stopwatch.GetTimestamp(), lease.Nodes).ToString());
            await store.ReleaseAsync(lease);
        }
    }

    public static async Task HoldAsync(string file, string name, int count, TextWriter output)
    {
        await using var store = new LeaseStore(file, TimeProvider.System);
        var lease = await store.ClaimAsync(StoreFixture.Want(count, name), null, CancellationToken.None);
        await output.WriteLineAsync($"holds {lease.Fence}");
        await output.FlushAsync();

        // The end of its input is the end of the test that started it.
        await Console.In.ReadToEndAsync();
    }

    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(typeof(LeaseClient).Assembly.Location);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
