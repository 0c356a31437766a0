using System.Text.Json.Nodes;

namespace Teuthology.Testing.OpenStack;

/// <summary>What stands behind the servers of a <see cref="LabCloud"/>.</summary>
public interface ICloudMachines
{
    /// <summary>Starts what a server is.</summary>
    /// <param name="id">The server's id.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its address.</returns>
    Task<string> StartAsync(string id, string name, CancellationToken cancellationToken);

    /// <summary>Does what cloud-init would do with a server's user-data and key pair, once it runs.</summary>
    /// <param name="id">The server's id.</param>
    /// <param name="publicKey">Of the key pair; null for none.</param>
    /// <param name="userData">The cloud-config; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task BootAsync(string id, string? publicKey, JsonObject? userData, CancellationToken cancellationToken);

    /// <summary>Takes a server's machine away; none is fine.</summary>
    /// <param name="id">The server's id.</param>
    Task StopAsync(string id);

    /// <summary>What its console showed.</summary>
    /// <param name="id">The server's id.</param>
    string ConsoleOf(string id);
}
