using System.Text;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>One shell of <c>pexec</c>. A barrier is reached when the shell echoes a mark, so the lines before it have been done.</summary>
internal sealed class PexecShell(TaskRun run, Remote remote, IReadOnlyList<string> lines, bool sudo)
{
    private readonly string _mark = $"pexec-barrier-{Guid.NewGuid():N}";

    public async Task RunAsync(AsyncBarrier barrier, CancellationToken cancellationToken)
    {
        try
        {
            var marks = new SemaphoreSlim(0);
            await using var output = new LineStream(line =>
            {
                if (line == _mark)
                    marks.Release();
                else
                    TasksLog.Output(run.Log, remote.ShortName, line);
            });
            var command = RemoteCommand.Args("bash", "-s") with
            {
                Sudo = sudo && run.Job.HasSudo(remote),
                StdinPipe = true,
                StdoutTo = output,
                Environment = RoleCommands.Environment(run, remote),
                Label = "pexec",
            };
            await using var process = await remote.StartAsync(command, cancellationToken);
            await FeedAsync(process, barrier, marks, cancellationToken);
            await process.WaitAsync(cancellationToken);
        }
        finally
        {
            barrier.Leave();
        }
    }

    private async Task FeedAsync(RemoteProcess process, AsyncBarrier barrier, SemaphoreSlim marks, CancellationToken cancellationToken)
    {
        var ended = process.WaitAsync(cancellationToken);
        try
        {
            await WriteAsync(process, "set -e", cancellationToken);
            var number = 0;
            foreach (var line in lines)
            {
                if (line.Trim() != "barrier")
                {
                    await WriteAsync(process, line, cancellationToken);
                    continue;
                }

                await WriteAsync(process, $"echo {_mark}", cancellationToken);
                var reached = marks.WaitAsync(cancellationToken);
                if (await Task.WhenAny(reached, ended) == ended && !reached.IsCompleted)
                    break;
                await reached;
                TasksLog.AtBarrier(run.Log, remote.ShortName, ++number);
                await barrier.ArriveAsync(cancellationToken);
            }

            await process.Stdin.DisposeAsync();
        }
        catch (IOException)
        {
            // The shell ended before it had read everything: its status tells why.
        }

        await ended;
    }

    private static async Task WriteAsync(RemoteProcess process, string line, CancellationToken cancellationToken)
    {
        await process.Stdin.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellationToken);
        await process.Stdin.FlushAsync(cancellationToken);
    }
}
