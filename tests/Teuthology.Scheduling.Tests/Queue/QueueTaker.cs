using System.Diagnostics;
using System.Text;

namespace Teuthology.Scheduling.Tests;

/// <summary>A process that takes jobs and finishes them, and writes down what it does, until it is killed.</summary>
internal static class QueueTaker
{
    public const string Tube = "smithi";

    public static QueuePolicy Policy { get; } = new() { Attempts = 1000, Lease = TimeSpan.FromSeconds(20) };

    public static async Task RunAsync(IJobQueue queue, string history)
    {
        // A file of its own, each line in one write; the clock is the same for all processes.
        await using var file = new FileStream($"{history}.{Environment.ProcessId}", FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        void Tell(string what, QueueClaim claim) => file.Write(Encoding.ASCII.GetBytes($"{Stopwatch.GetTimestamp()} {what} {claim.Id} {Environment.ProcessId} {claim.Fence}\n"));
        while (true)
        {
            try
            {
                if (await queue.TakeAsync(Tube, "taker", TimeSpan.FromSeconds(1), default) is not { } claim)
                    continue;
                Tell("begin", claim);
                await Task.Delay(150);
                if (!await queue.RenewAsync(claim, default))
                {
                    Tell("lost", claim);
                    continue;
                }

                Tell("ran", claim);
                Tell(await queue.FinishAsync(claim, default) ? "finished" : "lost", claim);
            }
            catch (TeuthologyException e)
            {
                await Console.Error.WriteLineAsync(e.Message);
            }
        }
    }

    public static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [typeof(QueueTaker).Assembly.Location, .. arguments]) { UseShellExecute = false })!;
}
