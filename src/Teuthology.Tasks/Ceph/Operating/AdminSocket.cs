using System.Text.Json.Nodes;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Commands to one daemon by its admin socket: those it answers also when the cluster does not.</summary>
public static class AdminSocket
{
    private const int NobodyListens = 111;

    /// <summary>Path, on every machine of a cluster, of the program that asks.</summary>
    /// <param name="cluster">Name of the cluster.</param>
    public static string Program(string cluster) => $"/var/run/ceph/{cluster}-admin-socket.py";

    extension(CephDaemon daemon)
    {
        /// <summary>Path of the daemon's socket on its machine.</summary>
        public string Socket => $"/var/run/ceph/{daemon.Cluster}-{daemon.Name}.asok";

        /// <summary>Asks, whatever the outcome.</summary>
        /// <param name="prefix">The command's words, e.g. <c>config set</c>.</param>
        /// <param name="arguments">Its arguments under the names that the daemon knows.</param>
        /// <param name="cancellationToken">Gives up.</param>
        /// <returns>The answer; null when the daemon does not listen.</returns>
        public async Task<string?> TrySocketAsync(string prefix, JsonObject? arguments, CancellationToken cancellationToken)
        {
            var question = arguments ?? [];
            question["prefix"] = prefix;
            question["format"] ??= "json";
            var result = await daemon.Remote.RunAsync(
                RemoteCommand.Args("python3", Program(daemon.Cluster), daemon.Socket, question.ToJsonString())
                    with { Sudo = true, CheckStatus = false, Quiet = true, Label = $"{daemon.Role} {prefix}", Timeout = TimeSpan.FromSeconds(90) },
                cancellationToken);
            return result.ExitStatus switch
            {
                0 => result.Stdout,
                NobodyListens => null,
                _ => throw new TeuthologyException(FailureKind.Product, $"admin socket of {daemon.Role} on {daemon.Remote.ShortName}: {prefix}: {result.Stderr.Trim()}"),
            };
        }

        /// <summary>Asks for a document.</summary>
        /// <param name="prefix">The command's words.</param>
        /// <param name="arguments">Its arguments.</param>
        /// <param name="cancellationToken">Gives up.</param>
        /// <exception cref="TeuthologyException">The daemon does not listen, or answered something else.</exception>
        public async Task<JsonNode> SocketAsync(string prefix, JsonObject? arguments, CancellationToken cancellationToken)
        {
            var answer = await daemon.TrySocketAsync(prefix, arguments, cancellationToken)
                ?? throw new TeuthologyException(FailureKind.Product, $"admin socket of {daemon.Role} on {daemon.Remote.ShortName}: nobody listens");
            try
            {
                return JsonNode.Parse(answer)!;
            }
            catch (System.Text.Json.JsonException)
            {
                throw new TeuthologyException(FailureKind.Product, $"admin socket of {daemon.Role}: {prefix}: {answer.Trim()}");
            }
        }

        /// <summary>Sets an option of a running daemon.</summary>
        /// <param name="option">The option.</param>
        /// <param name="value">Its value.</param>
        /// <param name="cancellationToken">Gives up.</param>
        /// <exception cref="TeuthologyException">The daemon does not listen or refused it.</exception>
        public async Task SetAsync(string option, string value, CancellationToken cancellationToken)
        {
            var answer = await daemon.SocketAsync("config set", new JsonObject { ["var"] = option, ["val"] = new JsonArray(value) }, cancellationToken);
            if (answer["success"] is null)
                throw new TeuthologyException(FailureKind.Product, $"{daemon.Role}: config set {option} {value}: {answer.ToJsonString()}");
        }

        /// <summary>The value of an option in a running daemon.</summary>
        /// <param name="option">The option, with underscores.</param>
        /// <param name="cancellationToken">Gives up.</param>
        /// <exception cref="TeuthologyException">The daemon does not listen or has no such option.</exception>
        public async Task<string> GetAsync(string option, CancellationToken cancellationToken)
        {
            var answer = await daemon.SocketAsync("config get", new JsonObject { ["var"] = option }, cancellationToken);
            return (string?)answer[option] ?? throw new TeuthologyException(FailureKind.Product, $"{daemon.Role}: config get {option}: {answer.ToJsonString()}");
        }
    }
}
