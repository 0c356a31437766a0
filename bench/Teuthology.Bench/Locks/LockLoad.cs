using System.Diagnostics;

namespace Teuthology.Bench;

/// <summary>Clients that lock three machines and unlock them, again and again.</summary>
public static class LockLoad
{
    /// <summary>How many clients there are.</summary>
    public const int Clients = 16;

    /// <summary>How many machines each of them takes.</summary>
    public const int Machines = 3;

    /// <summary>How many machines there are.</summary>
    public const int Nodes = 500;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    /// <summary>Runs them.</summary>
    /// <param name="make">Makes a client: it does one lock and one unlock, tells how long each took, and whether both were done.</param>
    /// <param name="length">How long, after the warm-up.</param>
    public static async Task<LockRate> RunAsync(Func<int, Task<LockClient>> make, TimeSpan length)
    {
        var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(make));
        try
        {
            var first = await DriveAsync(clients, WarmUp);
            var rate = await DriveAsync(clients, length);
            return rate with { All = first.All + rate.All };
        }
        finally
        {
            foreach (var client in clients)
                await client.DisposeAsync();
        }
    }

    private static async Task<LockRate> DriveAsync(LockClient[] clients, TimeSpan length)
    {
        var start = Stopwatch.GetTimestamp();
        var rates = await Task.WhenAll(clients.Select(client => Task.Run(async () =>
        {
            var (done, failed, calls) = (0, 0, new List<double>());
            while (Stopwatch.GetElapsedTime(start) < length)
            {
                if (await client.TurnAsync(calls))
                    done++;
                else
                    failed++;
            }

            return (Done: done, Failed: failed, Calls: calls);
        })));
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var sorted = rates.SelectMany(rate => rate.Calls).Order().ToList();
        return new LockRate(rates.Sum(rate => rate.Done) / took, rates.Sum(rate => rate.Failed), At(sorted, 0.5), At(sorted, 0.99), sorted.LastOrDefault(), rates.Sum(rate => rate.Done + rate.Failed));
    }

    private static double At(List<double> sorted, double part) => sorted.Count == 0 ? 0 : sorted[(int)(part * (sorted.Count - 1))];
}
