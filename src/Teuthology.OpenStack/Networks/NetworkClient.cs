using System.Net;
using System.Text.Json.Nodes;

namespace Teuthology.OpenStack;

/// <summary>Neutron. Clouds may lack it, or security groups, or floating IPs: <see cref="ExistsAsync"/> and <see cref="HasSecurityGroupsAsync"/> tell, and lists are empty there.</summary>
public sealed class NetworkClient
{
    private readonly ServiceCaller _neutron;
    private readonly TokenSession _session;

    internal NetworkClient(ServiceCaller neutron, TokenSession session) => (_neutron, _session) = (neutron, session);

    /// <summary>Whether the cloud has Neutron.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<bool> ExistsAsync(CancellationToken cancellationToken) => _neutron.ExistsAsync(cancellationToken);

    /// <summary>Whether the cloud has security groups.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<bool> HasSecurityGroupsAsync(CancellationToken cancellationToken) =>
        await ExistsAsync(cancellationToken) && await IsThereAsync("list security groups", "security-groups?limit=1", cancellationToken);

    /// <summary>Networks that the project can use.</summary>
    /// <param name="name">Exact name; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<Network>> NetworksAsync(string? name, CancellationToken cancellationToken) => ListAsync<Network>("list networks", "networks", "networks", name, cancellationToken);

    /// <summary>Ports of the project.</summary>
    /// <param name="deviceId">Server that has them; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<Port>> PortsAsync(string? deviceId, CancellationToken cancellationToken) =>
        ListAsync<Port>("list ports", deviceId is null ? "ports" : $"ports?device_id={deviceId}", "ports", null, cancellationToken);

    /// <summary>Makes a port.</summary>
    /// <param name="networkId">Its network.</param>
    /// <param name="name">Its name.</param>
    /// <param name="description">Description; names whose it is.</param>
    /// <param name="securityGroupIds">Its security groups; null is the project's default.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Port> CreatePortAsync(string networkId, string name, string description, IReadOnlyList<string>? securityGroupIds, CancellationToken cancellationToken)
    {
        var port = new JsonObject { ["network_id"] = networkId, ["name"] = name, ["description"] = description };
        if (securityGroupIds is not null)
            port["security_groups"] = new JsonArray([.. securityGroupIds.Select(g => JsonValue.Create(g))]);
        return MakeAsync("port", "ports", name, port, async () => (await PortsAsync(null, cancellationToken)).FirstOrDefault(p => p.Name == name && p.Description == description), cancellationToken);
    }

    /// <summary>Deletes a port.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<bool> DeletePortAsync(string id, CancellationToken cancellationToken) => _neutron.DeleteAsync($"delete port {id}", $"ports/{id}", cancellationToken);

    /// <summary>Security groups of the project; empty where the cloud has none.</summary>
    /// <param name="name">Exact name; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<SecurityGroup>> SecurityGroupsAsync(string? name, CancellationToken cancellationToken) =>
        ListAsync<SecurityGroup>("list security groups", "security-groups", "security_groups", name, cancellationToken);

    /// <summary>Makes a security group, which lets everything out and nothing in.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">Description, at most 255 characters; names whose it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<SecurityGroup> CreateSecurityGroupAsync(string name, string description, CancellationToken cancellationToken) => MakeAsync(
        "security_group",
        "security-groups",
        name,
        new JsonObject { ["name"] = name, ["description"] = description },
        async () => (await SecurityGroupsAsync(name, cancellationToken)).FirstOrDefault(g => g.Description == description),
        cancellationToken);

    /// <summary>Lets something through; nothing happens when the group does already.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="rule">What.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task AddRuleAsync(string groupId, SecurityRule rule, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["security_group_id"] = groupId, ["direction"] = rule.Direction, ["ethertype"] = rule.Ethertype };
        foreach (var (key, value) in ((string, JsonNode?)[])[("protocol", rule.Protocol), ("port_range_min", rule.FirstPort), ("port_range_max", rule.LastPort), ("remote_ip_prefix", rule.From), ("remote_group_id", rule.FromGroup)])
        {
            if (value is not null)
                body[key] = value;
        }

        // Neutron refuses a rule that is there, and so the call may be repeated.
        var answer = await _neutron.SendAsync(new ServiceRequest(HttpMethod.Post, $"add a rule to security group {groupId}", "security-group-rules", new JsonObject { ["security_group_rule"] = body }) { Repeatable = true }, cancellationToken);
        if (!answer.Ok && ErrorBody.Type(answer.Text) != "SecurityGroupRuleExists")
            throw answer.Error();
    }

    /// <summary>Deletes a security group that no port has.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<bool> DeleteSecurityGroupAsync(string id, CancellationToken cancellationToken) => _neutron.DeleteAsync($"delete security group {id}", $"security-groups/{id}", cancellationToken);

    /// <summary>Floating IPs of the project; empty where the cloud has none.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<FloatingIp>> FloatingIpsAsync(CancellationToken cancellationToken) => ListAsync<FloatingIp>("list floating IPs", "floatingips", "floatingips", null, cancellationToken);

    /// <summary>Takes a floating IP.</summary>
    /// <param name="networkId">External network it comes from.</param>
    /// <param name="portId">Port it leads to; null for none yet.</param>
    /// <param name="description">Description; names whose it is, and no other one's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<FloatingIp> CreateFloatingIpAsync(string networkId, string? portId, string description, CancellationToken cancellationToken)
    {
        var order = new JsonObject { ["floating_network_id"] = networkId, ["description"] = description };
        if (portId is not null)
            order["port_id"] = portId;
        return MakeAsync("floatingip", "floatingips", description, order, async () => (await FloatingIpsAsync(cancellationToken)).FirstOrDefault(f => f.Description == description), cancellationToken);
    }

    /// <summary>Lets a floating IP lead to a port.</summary>
    /// <param name="id">The floating IP.</param>
    /// <param name="portId">The port; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task AttachFloatingIpAsync(string id, string? portId, CancellationToken cancellationToken) => _neutron.OrderAsync(
        new ServiceRequest(HttpMethod.Put, $"attach floating IP {id}", $"floatingips/{id}", new JsonObject { ["floatingip"] = new JsonObject { ["port_id"] = portId } }), cancellationToken);

    /// <summary>Gives a floating IP back.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<bool> DeleteFloatingIpAsync(string id, CancellationToken cancellationToken) => _neutron.DeleteAsync($"delete floating IP {id}", $"floatingips/{id}", cancellationToken);

    /// <summary>What the project may have, and has, by kind (<c>floatingip</c>, <c>port</c>, <c>security_group</c>); empty where Neutron does not tell.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyDictionary<string, NetworkQuota>> QuotaAsync(CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(cancellationToken))
            return new Dictionary<string, NetworkQuota>();
        var project = (await _session.TokenAsync(cancellationToken)).ProjectId;
        var answer = await _neutron.SendAsync(new ServiceRequest(HttpMethod.Get, "read its quota", $"quotas/{project}/details"), cancellationToken);
        return answer.Status is HttpStatusCode.NotFound or HttpStatusCode.Forbidden ? new Dictionary<string, NetworkQuota>()
            : answer.Ok ? answer.Read<Dictionary<string, NetworkQuota>>("quota")
            : throw answer.Error();
    }

    private Task<T> MakeAsync<T>(string key, string path, string name, JsonObject order, Func<Task<T?>> find, CancellationToken cancellationToken)
        where T : class => OnceOnly.MakeAsync(
            async () => (await _neutron.OrderAsync(new ServiceRequest(HttpMethod.Post, $"create {key.Replace('_', ' ')} {name}", path, new JsonObject { [key] = order.DeepClone() }), cancellationToken)).Read<T>(key),
            find,
            _neutron.Options,
            cancellationToken);

    private async Task<IReadOnlyList<T>> ListAsync<T>(string what, string path, string key, string? name, CancellationToken cancellationToken)
        where T : class
    {
        if (!await ExistsAsync(cancellationToken))
            return [];
        try
        {
            return await _neutron.ListAsync<T>(what, name is null ? path : $"{path}?name={Uri.EscapeDataString(name)}", key, cancellationToken);
        }
        catch (OpenStackException e) when (e.Status is HttpStatusCode.NotFound or HttpStatusCode.NotImplemented)
        {
            return []; // an extension that the cloud does not have
        }
    }

    private async Task<bool> IsThereAsync(string what, string path, CancellationToken cancellationToken)
    {
        var answer = await _neutron.SendAsync(new ServiceRequest(HttpMethod.Get, what, path), cancellationToken);
        return answer.Ok || (answer.Status is HttpStatusCode.NotFound or HttpStatusCode.NotImplemented or HttpStatusCode.Forbidden ? false : throw answer.Error());
    }
}
