using System.Text.Json.Nodes;

namespace Teuthology.Testing.OpenStack;

/// <summary>Servers that are only written down: nobody answers at their address.</summary>
public sealed class PaperMachines : ICloudMachines
{
    public Task<string> StartAsync(string id, string name, CancellationToken cancellationToken) => Task.FromResult("127.0.0.250");

    public Task BootAsync(string id, string? publicKey, JsonObject? userData, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(string id) => Task.CompletedTask;

    public string ConsoleOf(string id) => $"Kernel panic - not syncing: no machine stands behind {id}\n";
}
