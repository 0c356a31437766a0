using System.Globalization;
using System.Text;
using Teuthology.Jobs;

namespace Teuthology.Xunit.Sample;

/// <summary>
/// Does what a job's YAML says: <c>skip: reason</c>, <c>wait: s</c>, <c>sleep: s</c>, <c>fail: reason</c>, <c>unwind: s</c>; notes each
/// step in the archive's directory as a file <c>steps</c>.
/// </summary>
public sealed class PretendEngine(JobOptions options) : IJobEngine
{
    private readonly Lock _gate = new();

    public async Task<IJobSession> StartAsync(JobSpec job, IJobObserver? observer, CancellationToken cancellationToken)
    {
        observer?.Waiting(job, "for machines");
        Note(job, "start");
        await Task.Delay(Span(job, "wait"), cancellationToken);
        var archive = Path.Combine(options.ArchiveDirectory, job.RunName, job.JobId);
        Directory.CreateDirectory(archive);
        await File.WriteAllTextAsync(Path.Combine(archive, "teuthology.log"), $"the log of {job.Description}\n", cancellationToken);
        return new PretendSession(this, job, observer, archive);
    }

    internal static TimeSpan Span(JobSpec job, string key) => TimeSpan.FromSeconds(Convert.ToDouble(job.Config.Get(key) ?? 0L, CultureInfo.InvariantCulture));

    internal void Note(JobSpec job, string step)
    {
        Directory.CreateDirectory(options.ArchiveDirectory);
        lock (_gate)
        {
            // the tests read it meanwhile
            using var file = new FileStream(Path.Combine(options.ArchiveDirectory, "steps"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            file.Write(Encoding.UTF8.GetBytes($"{step} {job.Description}\n"));
        }
    }
}
