using System.CommandLine;

namespace Teuthology.Cli;

/// <summary><c>teuthology worker --tube TYPE</c>: takes one job after the other from the queue and runs it.</summary>
internal sealed class WorkerVerb : Verb
{
    private readonly WorkerOptionSet _options;

    public WorkerVerb(Terminal terminal)
        : base(terminal, "worker", "Take jobs from the queue and run them, one after the other")
    {
        _options = new WorkerOptionSet(this, terminal);
        Remarks =
        [
            "Each job runs in a process of its own that holds the job's claim: when the worker is stopped or killed the job goes on, and the next worker with the same tube finds it. When the job's process dies the job goes back to its place in the queue, and ends dead when it was tried too often (job_attempts of ~/.teuthology.yaml, 3).",
            "Any number of workers may share a tube. Ctrl-C and SIGTERM end the worker, not its job; exit code 0. With --exit-on-empty-queue the exit code is the worst of its jobs'.",
        ];
        Examples =
        [
            ("teuthology worker --tube embedded", "Run queued jobs on the embedded lab of this host"),
            ("teuthology worker -t smithi --archive-dir /a -l /var/log/teuthology", "As upstream"),
            ("teuthology worker -t smithi --machine-type embedded --exit-on-empty-queue", "What waits for smithi, on the embedded lab, until the queue is empty"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var options = _options.Read(line, "worker");
        await using var queue = _options.Queue.Open(line);
        return await new WorkerSession(Terminal, options, "worker").WorkAsync(queue, supervised: false, cancellationToken);
    }
}
