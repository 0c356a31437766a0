using System.Text.Json.Nodes;

namespace Teuthology.OpenStack;

/// <summary>Nova: sizes and limits; key pairs, servers, what is done to them and their volumes stand in files of their own.</summary>
public sealed partial class ComputeClient
{
    private readonly ServiceCaller _nova;

    internal ComputeClient(ServiceCaller nova) => _nova = nova;

    /// <summary>The microversion that calls are made with.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Microversion> VersionAsync(CancellationToken cancellationToken) => _nova.VersionAsync(cancellationToken);

    /// <summary>Sizes of servers.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<Flavor>> FlavorsAsync(CancellationToken cancellationToken) => _nova.ListAsync<Flavor>("list flavors", "flavors/detail", "flavors", cancellationToken);

    /// <summary>Makes a size; operators only.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="vcpus">Processors.</param>
    /// <param name="ram">Memory, in MiB.</param>
    /// <param name="disk">Disk, in GiB.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Flavor> CreateFlavorAsync(string name, int vcpus, int ram, int disk, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["flavor"] = new JsonObject { ["name"] = name, ["vcpus"] = vcpus, ["ram"] = ram, ["disk"] = disk } };
        return (await _nova.OrderAsync(new ServiceRequest(HttpMethod.Post, $"create flavor {name}", "flavors", body), cancellationToken)).Read<Flavor>("flavor");
    }

    /// <summary>What the project may have, and has.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ComputeLimits> LimitsAsync(CancellationToken cancellationToken)
    {
        var answer = await _nova.OrderAsync(new ServiceRequest(HttpMethod.Get, "read its limits", "limits"), cancellationToken);
        return answer.Read<ComputeLimits>(answer.Json()["limits"]?["absolute"] ?? new JsonObject());
    }
}
