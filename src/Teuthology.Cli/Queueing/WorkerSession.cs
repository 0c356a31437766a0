using Microsoft.Extensions.Logging;
using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Orchestra;
using Teuthology.Results;
using Teuthology.Scheduling;

namespace Teuthology.Cli;

/// <summary>A worker or dispatcher with all that it needs.</summary>
internal sealed class WorkerSession(Terminal terminal, WorkerOptions options, string name)
{
    /// <summary>Takes jobs until it is stopped.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="supervised">As <see cref="Worker.WorkAsync"/> has it.</param>
    /// <param name="cancellationToken">Stops it; jobs go on.</param>
    public async Task<int> WorkAsync(IJobQueue queue, bool supervised, CancellationToken cancellationToken)
    {
        using var log = new WorkerLog(options.LogFile, $"teuthology.{name}", terminal.Error, terminal.Time);
        await using var results = await new ResultsOption(terminal).OpenAsync(asked: null, cancellationToken);
        await using var nodes = Nodes();
        var starter = new JobStarter(queue, results, options, log, terminal.Time);
        using var console = new ErrorLog(terminal, options.Verbose);
        await using var machines = new FreshMachines(terminal, options.Site, options.LabKind, console);
        var watch = new JobWatch(queue, results, nodes, options.Site, log, terminal.Time)
        {
            Logs = new AbandonedLogs(machines.Lab, options.Site, new Logger<Remote>(new LoggerFactory([console])), terminal.Time),
        };
        var worker = new Worker(queue, starter, watch, options, log, terminal.Time)
        {
            Buried = queue is BeanstalkQueue beanstalkd ? new BuriedJobs(beanstalkd, results, log, terminal.Time) : null,
        };
        var worst = await worker.WorkAsync(supervised, cancellationToken);
        return cancellationToken.IsCancellationRequested ? ExitCode.Stopped : worst;
    }

    private INodeDirectory Nodes() => options.Site.LockServer is { Length: > 0 } url
        ? new ServerDirectory(new HttpClient(), url, new ServerPatience { Time = terminal.Time })
        : StoreDirectory.Open(LabSettings.ReadWithStore(terminal), terminal.Time);
}
