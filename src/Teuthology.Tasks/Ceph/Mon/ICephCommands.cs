using System.Text.Json.Nodes;

namespace Teuthology.Tasks;

/// <summary>Gives commands to a cluster, as the <c>ceph</c> program does.</summary>
public interface ICephCommands
{
    /// <summary>Gives one command and waits for the answer, whatever its status.</summary>
    /// <param name="to"><c>mon</c>, <c>mgr</c>, or a daemon such as <c>osd.0</c>.</param>
    /// <param name="command">The command: <c>prefix</c> and its arguments under the names the cluster knows.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<MonAnswer> AskAsync(string to, JsonObject command, CancellationToken cancellationToken);

    /// <summary>Forgets the connection: the next command makes a new one, as a client that has only begun.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    Task ReconnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
