using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>What a machine's serial line is read by: conserver where it is configured and works, else ipmitool.</summary>
internal sealed class ConsoleLine(string host, IpmiOptions options, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    /// <summary>How long conserver's client may take to fail.</summary>
    private static readonly TimeSpan Failing = TimeSpan.FromSeconds(1);
    private bool conserver = options.HasConserver;

    /// <summary>Types an end of line and waits for a prompt.</summary>
    public async Task<bool> PromptsAsync(string prompt, TimeSpan patience, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) is var spent && spent < patience)
        {
            await using var session = new ConsoleSession(Words(readOnly: false));
            await session.TypeAsync("\n");
            var seen = await session.ExpectAsync(prompt, patience - spent, time, ct);
            RemoteLog.Detail(log, $"{host} console: {session.Shown}");
            await LeaveAsync(session, ct);
            if (seen)
                return true;
            FallBack();

            // The line is taken, or the controller away: ask anew, but not at once.
            await Task.Delay(options.Pause < patience ? options.Pause : patience, time, ct);
        }

        return false;
    }

    public IAsyncDisposable LogTo(string path)
    {
        var first = new ConsoleLog(Words(readOnly: true), path);
        if (!conserver || !first.EndsWithin(Failing))
            return first;
        FallBack();
        return new ReplacedLog(first, new ConsoleLog(Words(readOnly: true), path));
    }

    private void FallBack()
    {
        if (!conserver)
            return;
        RemoteLog.Bad(log, "conserver failed to get the console; will try ipmitool");
        conserver = false;
    }

    private string[] Words(bool readOnly) => conserver
        ? [options.Programs.Console, "-M", options.ConserverMaster!, "-p", options.ConserverPort!.Value.ToString(CultureInfo.InvariantCulture), readOnly ? "-s" : "-f", host]
        : options.Ipmitool(host, "sol", "activate");

    /// <summary>Takes leave in the client's own way, so that the controller does not think the line taken.</summary>
    private async Task LeaveAsync(ConsoleSession session, CancellationToken ct)
    {
        await session.TypeAsync(conserver ? "\u0005c." : "\n~.");
        var left = await session.ExpectAsync(conserver ? "disconnect" : "terminated ipmitool", Farewell, time, ct);
        if (!left && !conserver)
            await LocalProgram.RunAsync(options.Ipmitool(host, "sol", "deactivate"), Farewell, ct);
    }

    private sealed class ReplacedLog(ConsoleLog former, ConsoleLog latter) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await latter.DisposeAsync();
            await former.DisposeAsync();
        }
    }
}
