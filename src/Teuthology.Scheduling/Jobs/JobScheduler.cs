using System.Globalization;
using Teuthology.Results;
using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>Puts jobs into a queue and tells the results of them, as upstream's <c>teuthology-schedule</c> does.</summary>
/// <param name="queue">The queue.</param>
/// <param name="results">Where runs and jobs are written down; null where nobody is to be told.</param>
/// <param name="told">Is told of results that could not be written: the job is queued all the same, and its worker reports it.</param>
public sealed class JobScheduler(IJobQueue queue, IResultsDirectory? results, Action<string> told) : IRunQueue
{
    private const long MostPriority = uint.MaxValue;

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">It names no tube, or a priority that is none.</exception>
    public async Task<string> PutAsync(YamlMap document, CancellationToken cancellationToken)
    {
        var tube = document.Get("tube") as string is { Length: > 0 } named ? named : throw new ConfigurationException("a job for the queue names a kind of machines: machine_type", document.MarkOf("tube"));
        var id = await queue.PutAsync(new NewQueueJob { Tube = tube, Priority = PriorityOf(document), Document = document }, cancellationToken);
        if (results is not null && document.Get("first_in_suite") is not true && document.Get("last_in_suite") is not true)
            await ReportAsync(document, id);
        return id;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> TakeBackAsync(string runName, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        if (queue is FileQueue)
            return [];
        var taken = await queue.DeleteAsync(ids, cancellationToken);
        if (results is null)
            return taken;
        foreach (var id in taken)
            await results.DeleteJobAsync(runName, id, cancellationToken);
        if (taken.Count > 0 && await results.RunAsync(runName, cancellationToken) is { JobsCount: 0 })
            await results.DeleteRunAsync(runName, cancellationToken);
        return taken;
    }

    // It is in the queue: whoever gives up now must not leave a job that nobody knows of.
    private async Task ReportAsync(YamlMap document, string id)
    {
        var name = Convert.ToString(document.Get("name"), CultureInfo.InvariantCulture)!;
        var report = YamlJson.Convert(document);
        report["status"] = JobState.Queued;
        try
        {
            await results!.SaveJobAsync(name, id, report, CancellationToken.None);
        }
        catch (TeuthologyException failure) when (failure.Kind != FailureKind.Configuration)
        {
            told($"{name}/{id} is queued, but not in the results: {failure.Message}");
        }
    }

    private static long PriorityOf(YamlMap document) => document.Get("priority") switch
    {
        null => 1000,
        long priority and >= 0 and <= MostPriority => priority,
        int priority and >= 0 => priority,
        _ => throw new ConfigurationException("'priority' is a whole number from 0 to 4294967295", document.MarkOf("priority")),
    };
}
