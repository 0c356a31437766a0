using System.Text;
using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>The job's key <c>log-rotate: {ceph-osd: 10G}</c>: logs of a type of daemon are rotated and compressed when they are so big, looked at every 30 s.</summary>
internal static class LogRotation
{
    private const string Conf = "/etc/logrotate.d/ceph-test.conf";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    public static async Task StartAsync(TaskRun run, IReadOnlyList<Remote> hosts, CancellationToken cancellationToken)
    {
        var sizes = run.Job.Config.Get("log-rotate") switch
        {
            null => null,
            YamlMap map => map,
            _ => throw new ConfigurationException("'log-rotate' must be a mapping of daemon types such as ceph-osd to sizes", run.Job.Config.MarkOf("log-rotate")),
        };
        if (sizes is null or { Count: 0 })
            return;
        foreach (var remote in hosts)
        {
            if ((await remote.RunAsync(RemoteCommand.Script("command -v logrotate") with { Sudo = true, CheckStatus = false, Quiet = true }, cancellationToken)).ExitStatus == 0)
                continue;
            CephLog.Warn(run.Log, $"log-rotate: {remote.ShortName} has no logrotate; logs grow as they do");
            return;
        }

        await InParallel.ForEachAsync(hosts, (remote, ct) => remote.SudoWriteFileAsync(Conf, Text(sizes), "0644", "root:root", ct), cancellationToken);
        run.Defer("remove log rotation", (_, ct) => InParallel.ForEachAsync(hosts, (remote, token) => remote.RunAsync(RemoteCommand.Args("rm", "-f", Conf) with { Sudo = true }, token), ct));
        run.Use(new Rotation(run, hosts)).Start();
    }

    private static string Text(YamlMap sizes)
    {
        var text = new StringBuilder();
        foreach (var (type, size) in sizes)
        {
            text.Append($"/var/log/ceph/*{type}*.log {{\n    rotate 100\n    size {size}\n    compress\n    sharedscripts\n    postrotate\n        {HangUp.Script($"$(pidof {type})")}\n    endscript\n")
                .Append("    missingok\n    notifempty\n    su root root\n}\n");
        }

        return text.ToString();
    }

    private sealed class Rotation(TaskRun run, IReadOnlyList<Remote> hosts) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private Task _rotating = Task.CompletedTask;

        public void Start() => _rotating = RotateAsync();

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _rotating;
            _stop.Dispose();
        }

        private async Task RotateAsync()
        {
            while (!_stop.IsCancellationRequested)
            {
                await Task.Delay(Pause, run.Job.Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (_stop.IsCancellationRequested)
                    return;
                try
                {
                    await InParallel.ForEachAsync(hosts, (remote, ct) => remote.RunAsync(RemoteCommand.Args("logrotate", Conf) with { Sudo = true, CheckStatus = false, Label = "logrotate" }, ct), CancellationToken.None);
                }
                catch (TeuthologyException e)
                {
                    CephLog.Warn(run.Log, $"log-rotate: {e.Message}");
                }
            }
        }
    }
}
