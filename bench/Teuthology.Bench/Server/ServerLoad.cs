using System.Diagnostics;

namespace Teuthology.Bench;

/// <summary>Has clients do one kind of calls for a while, and tells how a server bore it and what it cost.</summary>
/// <param name="server">The server.</param>
/// <param name="database">The processor time of its database; nothing for a file.</param>
public sealed class ServerLoad(LockServerProcess server, Func<TimeSpan> database)
{
    /// <summary>How many clients there are.</summary>
    public const int Clients = 16;

    private int _turns;

    /// <summary>Runs them; what comes first, while code is compiled and connections are made, is not counted.</summary>
    /// <param name="kind">What they do.</param>
    /// <param name="warmUp">How long they do it before.</param>
    /// <param name="length">How long they do it.</param>
    public async Task<ServerRate> RunAsync((string What, int Clients, Func<PlainHttp, int, bool> Do) kind, TimeSpan warmUp, TimeSpan length)
    {
        await DriveAsync(kind, warmUp);
        var (ours, theirs, own) = (server.Cpu, database(), Environment.CpuUsage.TotalTime);
        var began = Stopwatch.GetTimestamp();
        var (times, errors) = await DriveAsync(kind, length);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        times.Sort();
        return new ServerRate(kind.What, times.Count / seconds, (times.Count - errors) / seconds, errors, times[times.Count / 2], times[times.Count * 99 / 100])
        {
            Server = (server.Cpu - ours).TotalMilliseconds / times.Count,
            Database = (database() - theirs).TotalMilliseconds / times.Count,
            Client = (Environment.CpuUsage.TotalTime - own).TotalMilliseconds / times.Count,
        };
    }

    // Threads that wait in the kernel cost less than tasks.
    private async Task<(List<double> Times, int Errors)> DriveAsync((string What, int Clients, Func<PlainHttp, int, bool> Do) kind, TimeSpan length)
    {
        var began = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(Enumerable.Range(0, kind.Clients).Select(_ => Task.Factory.StartNew(
            () =>
            {
                using var http = new PlainHttp(server.Address);
                var (times, errors) = (new List<double>(), 0);
                while (Stopwatch.GetElapsedTime(began) < length)
                {
                    var one = Stopwatch.GetTimestamp();
                    if (!kind.Do(http, Interlocked.Increment(ref _turns)))
                        errors++;
                    times.Add(Stopwatch.GetElapsedTime(one).TotalMilliseconds);
                }

                return (Times: times, Errors: errors);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        return ([.. all.SelectMany(client => client.Times)], all.Sum(client => client.Errors));
    }
}
