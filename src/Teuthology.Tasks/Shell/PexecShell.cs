using Microsoft.Extensions.Logging;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// One shell of <c>pexec</c>. A line <c>barrier</c> becomes a command that tells of itself and waits for a line from here, wherever it stands, in a loop too;
/// the shell's own standard input is empty.
/// </summary>
internal sealed class PexecShell(TaskRun run, Remote remote, IReadOnlyList<string> lines, bool sudo)
{
    private static readonly byte[] GoOn = "\n"u8.ToArray();
    private readonly string _mark = $"pexec-barrier-{Guid.NewGuid():N}";

    public async Task RunAsync(AsyncBarrier barrier, CancellationToken cancellationToken)
    {
        try
        {
            var log = run.Job.Loggers.CreateLogger("teuthology.orchestra.run");
            using var marks = new SemaphoreSlim(0);
            await using var output = new LineStream(line =>
            {
                if (line == _mark)
                    marks.Release();
                else
                    log.Log(LogLevel.Information, OutputLine.Event, new OutputLine(remote.ShortName, "stdout", line), exception: null, static (output, _) => output.ToString());
            });
            var command = RemoteCommand.Args("bash", "-c", Script()) with
            {
                Sudo = sudo && run.Job.HasSudo(remote),
                StdinPipe = true,
                StdoutTo = output,
                Environment = RoleCommands.Environment(run, remote),
                Label = "pexec",
            };
            TasksLog.RunningOnHost(run.Log, remote.Name);
            foreach (var line in lines)
                TasksLog.Text(run.Log, line);
            await using var process = await remote.StartAsync(command, cancellationToken);
            await SynchronizeAsync(process, barrier, marks, cancellationToken);
        }
        finally
        {
            barrier.Leave();
        }
    }

    private string Script() => string.Join('\n', lines.Select(Line).Prepend("exec 9<&0 </dev/null\nset -e"));

    private string Line(string line) => line.Trim() == "barrier" ? $"echo {_mark}; read -r <&9" : line;

    private async Task SynchronizeAsync(RemoteProcess process, AsyncBarrier barrier, SemaphoreSlim marks, CancellationToken cancellationToken)
    {
        var ended = process.WaitAsync(cancellationToken);
        for (var number = 1; ; number++)
        {
            using var noMore = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var reached = marks.WaitAsync(noMore.Token);
            if (await Task.WhenAny(reached, ended) == ended && !reached.IsCompleted)
            {
                await noMore.CancelAsync();
                break;
            }

            await reached;
            TasksLog.AtBarrier(run.Log, remote.ShortName, number);
            await barrier.ArriveAsync(cancellationToken);
            try
            {
                await process.Stdin.WriteAsync(GoOn, cancellationToken);
                await process.Stdin.FlushAsync(cancellationToken);
            }
            catch (IOException)
            {
                // The shell ended: its status tells why.
                break;
            }
        }

        await ended;
    }
}
