using System.Text.Json.Nodes;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>The <c>ceph</c> program on the first monitor's machine, as a user would type it; no command takes longer than 120 s.</summary>
public static class CephProgram
{
    extension(CephCluster cluster)
    {
        /// <summary>Runs <c>ceph --cluster NAME WORDS</c>, which must succeed.</summary>
        /// <param name="words">The command's words.</param>
        /// <param name="cancellationToken">Gives up.</param>
        /// <returns>What it wrote to standard output.</returns>
        /// <exception cref="CommandFailedException">It failed.</exception>
        public async Task<string> CephAsync(IEnumerable<string> words, CancellationToken cancellationToken) =>
            (await cluster.Layout.FirstMon.RunAsync(Command(cluster, words), cancellationToken)).Stdout;

        /// <summary>The same, with <c>--format=json</c>.</summary>
        /// <param name="words">The command's words.</param>
        /// <param name="cancellationToken">Gives up.</param>
        /// <exception cref="CommandFailedException">It failed.</exception>
        public async Task<JsonNode> CephJsonAsync(IEnumerable<string> words, CancellationToken cancellationToken) =>
            JsonNode.Parse(await cluster.CephAsync([.. words, "--format=json"], cancellationToken))!;

        /// <summary>The same, whatever its status.</summary>
        /// <param name="words">The command's words.</param>
        /// <param name="cancellationToken">Gives up.</param>
        public Task<CommandResult> TryCephAsync(IEnumerable<string> words, CancellationToken cancellationToken) =>
            cluster.Layout.FirstMon.RunAsync(Command(cluster, words) with { CheckStatus = false }, cancellationToken);

        /// <summary>Runs a program on a client's machine, or the first monitor's, within the limits and coverage of the job.</summary>
        /// <param name="remote">Where.</param>
        /// <param name="words">Program and arguments.</param>
        public RemoteCommand Program(Remote remote, IEnumerable<string> words) =>
            RemoteCommand.Args(["adjust-ulimits", "ceph-coverage", $"{cluster.Job.RemoteArchive}/coverage", .. words]) with { Label = string.Join(' ', words.Take(3)) };
    }

    private static RemoteCommand Command(CephCluster cluster, IEnumerable<string> words) =>
        cluster.Program(cluster.Layout.FirstMon, ["timeout", "120", "ceph", "--cluster", cluster.Name, .. words]) with { Sudo = true, Label = "ceph" };
}
