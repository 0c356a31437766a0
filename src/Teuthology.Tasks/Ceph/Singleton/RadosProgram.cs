using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>The <c>rados</c> program on the first monitor's machine, as client.admin.</summary>
internal static class RadosProgram
{
    extension(CephCluster cluster)
    {
        /// <summary>Runs it, whatever its status.</summary>
        public Task<CommandResult> TryRadosAsync(IEnumerable<string> words, CancellationToken cancellationToken) =>
            cluster.Layout.FirstMon.RunAsync(Command(cluster, words) with { CheckStatus = false }, cancellationToken);

        /// <summary>Runs it; it must succeed.</summary>
        public Task<CommandResult> RadosAsync(IEnumerable<string> words, CancellationToken cancellationToken) =>
            cluster.Layout.FirstMon.RunAsync(Command(cluster, words), cancellationToken);

        /// <summary>Begins a shell loop of <c>rados</c> commands over objects, one process for all: NAME stands for each object.</summary>
        public Task<CommandResult> EachObjectAsync(string pool, IEnumerable<string> names, string command, CancellationToken cancellationToken) => cluster.Layout.FirstMon.RunAsync(
            RemoteCommand.Script($"set -e; for NAME in {ShellQuote.Join(names)}; do rados --cluster {cluster.Name} -p {ShellQuote.Quote(pool)} {command}; done") with { Label = $"rados {command.Split(' ')[0]}" },
            cancellationToken);
    }

    private static RemoteCommand Command(CephCluster cluster, IEnumerable<string> words) =>
        cluster.Program(cluster.Layout.FirstMon, ["rados", "--cluster", cluster.Name, .. words]) with { Label = "rados" };
}
