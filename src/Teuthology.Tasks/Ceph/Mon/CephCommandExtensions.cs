using System.Text.Json.Nodes;

namespace Teuthology.Tasks;

/// <summary>Short forms of commands to a cluster.</summary>
public static class CephCommandExtensions
{
    /// <summary>Gives a monitor command that must succeed.</summary>
    /// <param name="ceph">The cluster.</param>
    /// <param name="prefix">The command's words, e.g. <c>osd pool create</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">The cluster refused it.</exception>
    public static async Task<MonAnswer> MonAsync(this ICephCommands ceph, string prefix, JsonObject? arguments, CancellationToken cancellationToken)
    {
        var answer = await ceph.AskAsync("mon", Command(prefix, arguments), cancellationToken);
        return answer.Status == 0
            ? answer
            : throw new TeuthologyException(FailureKind.Product, $"ceph {prefix} failed with status {answer.Status}: {answer.Message}".TrimEnd(' ', ':'));
    }

    /// <summary>Gives a monitor command whose refusal does not matter.</summary>
    /// <param name="ceph">The cluster.</param>
    /// <param name="prefix">The command's words.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<MonAnswer> TryMonAsync(this ICephCommands ceph, string prefix, JsonObject? arguments, CancellationToken cancellationToken) =>
        ceph.AskAsync("mon", Command(prefix, arguments), cancellationToken);

    /// <summary>Asks a monitor or the active manager for a document.</summary>
    /// <param name="ceph">The cluster.</param>
    /// <param name="prefix">The command's words, e.g. <c>status</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="to"><c>mon</c> or <c>mgr</c>.</param>
    /// <exception cref="TeuthologyException">The cluster refused it.</exception>
    public static async Task<JsonNode> JsonAsync(this ICephCommands ceph, string prefix, CancellationToken cancellationToken, string to = "mon")
    {
        var answer = await ceph.AskAsync(to, Command(prefix, new JsonObject { ["format"] = "json" }), cancellationToken);
        return answer.Status == 0
            ? answer.Json
            : throw new TeuthologyException(FailureKind.Product, $"ceph {prefix} failed with status {answer.Status}: {answer.Message}".TrimEnd(' ', ':'));
    }

    private static JsonObject Command(string prefix, JsonObject? arguments)
    {
        var command = arguments ?? [];
        command["prefix"] = prefix;
        return command;
    }
}
