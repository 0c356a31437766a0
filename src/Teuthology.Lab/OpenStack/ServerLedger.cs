using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Teuthology.Lab;

/// <summary>The hours of each run's servers, which its budget bounds: written down before a server is made. Whose things in the cloud are, they tell themselves.</summary>
/// <param name="directory">Where it is kept.</param>
/// <param name="time">Clock.</param>
public sealed class ServerLedger(string directory, TimeProvider time)
{
    private const string NoRun = "-";

    /// <summary>Notes that a server is about to be made.</summary>
    /// <param name="run">Run that it is for; null for none.</param>
    /// <param name="machine">Its machine's name.</param>
    /// <param name="flavor">Its flavour.</param>
    /// <param name="budget">Server-hours that the run may use; null for no end.</param>
    /// <param name="cancellationToken">Gives up; nothing is noted.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the budget is used up.</exception>
    public async Task BeginAsync(string? run, string machine, string flavor, double? budget, CancellationToken cancellationToken)
    {
        using var held = await LockAsync(run, cancellationToken);
        if (budget is { } hours && Sum(run) is var used && used >= hours)
            throw new TeuthologyException(FailureKind.Infrastructure, string.Create(CultureInfo.InvariantCulture, $"the run has used {used:0.##} of its {hours:0.##} server-hours: no new server is made for {machine} (--budget, or `budget` under openstack)"));
        Append(run, new JsonObject { ["begin"] = machine, ["flavor"] = flavor, ["at"] = Now() });
    }

    /// <summary>Notes that a server is gone.</summary>
    /// <param name="run">Run that it was for; null for none.</param>
    /// <param name="machine">Its machine's name.</param>
    public async Task EndAsync(string? run, string machine)
    {
        using var held = await LockAsync(run, CancellationToken.None);
        if (Open(run).ContainsKey(machine))
            Append(run, new JsonObject { ["end"] = machine, ["at"] = Now() });
    }

    /// <summary>Server-hours of a run until now.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<double> HoursAsync(string? run, CancellationToken cancellationToken)
    {
        using var held = await LockAsync(run, cancellationToken);
        return Sum(run);
    }

    private string HoursFile(string? run) => Path.Combine(directory, "hours", Uri.EscapeDataString(run ?? NoRun));

    private Task<FileLock> LockAsync(string? run, CancellationToken cancellationToken) => FileLock.TakeAsync($"{HoursFile(run)}.lock", null, cancellationToken);

    private string Now() => time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);

    private void Append(string? run, JsonObject line)
    {
        // Begun on a line of its own, whatever a power loss left of the one before.
        using var file = new FileStream(HoursFile(run), FileMode.Append, FileAccess.Write, FileShare.Read);
        using var writer = new StreamWriter(file);
        writer.Write((file.Position > 0 ? "\n" : "") + line.ToJsonString());
        writer.Flush();
        file.Flush(flushToDisk: true);
    }

    // A line that a power loss cut in two is none.
    private IEnumerable<JsonNode> Lines(string? run) => !File.Exists(HoursFile(run)) ? [] : File.ReadLines(HoursFile(run)).Select(Parse).OfType<JsonNode>();

    private static JsonNode? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private Dictionary<string, DateTimeOffset> Open(string? run)
    {
        var open = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        Walk(run, open);
        return open;
    }

    private double Sum(string? run)
    {
        var open = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var ended = Walk(run, open);
        return (ended + open.Values.Aggregate(TimeSpan.Zero, (sum, begun) => sum + (time.GetUtcNow() - begun))).TotalHours;
    }

    private TimeSpan Walk(string? run, Dictionary<string, DateTimeOffset> open)
    {
        var sum = TimeSpan.Zero;
        foreach (var line in Lines(run))
        {
            var at = DateTimeOffset.Parse((string)line["at"]!, CultureInfo.InvariantCulture);
            if ((string?)line["begin"] is { } begun)
            {
                if (open.Remove(begun, out var before))
                    sum += at - before;
                open[begun] = at;
            }
            else if ((string?)line["end"] is { } ended && open.Remove(ended, out var since))
            {
                sum += at - since;
            }
        }

        return sum;
    }
}
