using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Teuthology.Orchestra;

namespace Teuthology.Tasks.Tests;

/// <summary>A host with a root lab, whose machines can be cut off and switched off; it gives up on lost ones in seconds.</summary>
public sealed class RootHost() : LabHost("root", machines: 2, new RemoteOptions
{
    ConnectTimeout = TimeSpan.FromSeconds(3),
    KeepAlive = TimeSpan.FromSeconds(1),
    LinkTimeout = TimeSpan.FromSeconds(3),
    Guardian = new GuardianOptions { Lease = TimeSpan.FromSeconds(5) },
})
{
    /// <summary>Skips the test where there can be no root lab.</summary>
    public async Task NeedAsync()
    {
        var offer = await Provisioner.DescribeAsync(CancellationToken.None);
        Skip.If(offer.Machines == 0, offer.Remedy);
    }

    /// <summary>Pulls the machine's cable.</summary>
    public async Task CutAsync(string machine)
    {
        var lab = "teuth-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.Combine(State, "lab"))))[..8];
        using var ip = Process.Start("ip", ["-n", lab, "link", "set", $"v{machine}", "down"]);
        await ip.WaitForExitAsync();
        Assert.Equal(0, ip.ExitCode);
    }

    /// <summary>Switches the machine off and on: it comes back with nothing on its disk.</summary>
    public async Task PowerCycleAsync(string machine)
    {
        await Provisioner.StopAsync(machine, CancellationToken.None);
        await Provisioner.StartAsync(machine, null, CancellationToken.None);
    }

    /// <summary>Asserts that no machine runs and none is held.</summary>
    public async Task ShouldBeCleanAsync()
    {
        Assert.DoesNotContain(await Leases.ListAsync(CancellationToken.None), node => node.Locked);
        Assert.Empty(await Provisioner.StatusAsync(CancellationToken.None));
    }
}
