using System.CommandLine;

namespace Teuthology.Cli;

/// <summary><c>teuthology dispatcher --tube TYPE</c>: takes jobs from the queue as long as there are machines, each with a supervisor of its own.</summary>
internal sealed class DispatcherVerb : Verb
{
    private readonly WorkerOptionSet _options;

    public DispatcherVerb(Terminal terminal)
        : base(terminal, "dispatcher", "Take jobs from the queue and run them side by side, as far as the machines go")
    {
        _options = new WorkerOptionSet(this, terminal);
        Remarks =
        [
            "Each job gets a supervisor, which watches it. The next job is taken when the last one has its machines. There is one dispatcher for a tube on a host.",
            "A dispatcher that is stopped or killed leaves its jobs to go on; the next one finds them. SIGTERM ends it with exit code 0; else the exit code is the worst of its supervisors'.",
        ];
        Examples =
        [
            ("teuthology dispatcher --tube embedded", "Run queued jobs on the embedded lab of this host, side by side"),
            ("teuthology dispatcher -a /a -l /var/log/teuthology -t smithi", "As upstream"),
            ("teuthology dispatcher --tube embedded --exit-on-empty-queue", "Until nothing is left"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var options = _options.Read(line, "dispatcher") with { MostJobs = int.MaxValue };
        using var only = TakePlace(options.ChildrenDirectory, options.Tube);
        await using var queue = _options.Queue.Open(line);
        return await new WorkerSession(Terminal, options, "dispatcher").WorkAsync(queue, supervised: true, cancellationToken);
    }

    // Locked as long as the process lives.
    private static FileStream TakePlace(string directory, string tube)
    {
        Directory.CreateDirectory(directory);
        var file = Path.Combine(directory, "dispatcher.lock");
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"There is already a teuthology-dispatcher process running for {tube}: {file} is locked");
        }
    }
}
