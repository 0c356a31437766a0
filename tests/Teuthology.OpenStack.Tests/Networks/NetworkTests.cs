namespace Teuthology.OpenStack.Tests.Networks;

/// <summary>Neutron's calls, answered by the stand-in beside the real services.</summary>
public sealed class NetworkTests : CloudTests
{
    [SkippableFact]
    public async Task SecurityGroups_InPagesOfOne_AreMadeFoundAndDeleted()
    {
        var cloud = Open(Own.Credentials, RealCloud.Patient with { PageSize = 1 });
        Assert.True(await cloud.Network.HasSecurityGroupsAsync(default));
        var names = new[] { "net-a", "net-b", "net-c" };
        foreach (var name in names)
            await cloud.Network.CreateSecurityGroupAsync(name, "of a test", default);

        var all = await cloud.Network.SecurityGroupsAsync(null, default);
        var one = Assert.Single(await cloud.Network.SecurityGroupsAsync("net-b", default));
        await cloud.Network.AddRuleAsync(one.Id, new SecurityRule("tcp", 22, 22, "0.0.0.0/0"), default);
        await cloud.Network.AddRuleAsync(one.Id, new SecurityRule("tcp", 22, 22, "0.0.0.0/0"), default);

        Assert.Equal(names, all.Select(g => g.Name).Where(names.Contains).Order());
        var rule = Assert.Single(Assert.Single(await cloud.Network.SecurityGroupsAsync("net-b", default)).Rules!);
        Assert.Equal(("tcp", 22, 22, "0.0.0.0/0"), (rule.Protocol, rule.FirstPort, rule.LastPort, rule.From));
        foreach (var group in all.Where(g => names.Contains(g.Name)))
            Assert.True(await cloud.Network.DeleteSecurityGroupAsync(group.Id, default));
        Assert.False(await cloud.Network.DeleteSecurityGroupAsync(one.Id, default));
    }

    [SkippableFact]
    public async Task CreateFloatingIpAsync_BeyondTheQuota_IsToldAsSuch()
    {
        var network = Assert.Single(await Own.Network.NetworksAsync("floating", default));
        Assert.True(network.IsExternal);
        var one = await Own.Network.CreateFloatingIpAsync(network.Id, null, "one", default);
        var two = await Own.Network.CreateFloatingIpAsync(network.Id, null, "two", default);

        await Assert.ThrowsAsync<QuotaExceededException>(() => Own.Network.CreateFloatingIpAsync(network.Id, null, "three", default));

        Assert.Equal(new NetworkQuota(2, 2), (await Own.Network.QuotaAsync(default))["floatingip"]);
        await Own.Network.AttachFloatingIpAsync(one.Id, "some-port", default);
        Assert.Equal("some-port", (await Own.Network.FloatingIpsAsync(default)).Single(f => f.Id == one.Id).PortId);
        Assert.True(await Own.Network.DeleteFloatingIpAsync(one.Id, default));
        Assert.True(await Own.Network.DeleteFloatingIpAsync(two.Id, default));
    }
}
