using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Teuthology.Orchestra;

namespace Teuthology.Tasks.Tests;

/// <summary>A host with a root lab, whose machines can be cut off and switched off; it gives up on lost ones in seconds.</summary>
public class RootHost : LabHost
{
    public RootHost()
        : this(connect: 5, lease: 5)
    {
    }

    /// <param name="connect">Seconds that it takes to connect at most.</param>
    /// <param name="lease">Seconds for which a lost machine is waited for.</param>
    protected RootHost(double connect, double lease)
        : base("root", machines: 2, new RemoteOptions
        {
            ConnectTimeout = TimeSpan.FromSeconds(connect),
            KeepAlive = TimeSpan.FromSeconds(1),
            LinkTimeout = TimeSpan.FromSeconds(3),
            KillGrace = TimeSpan.FromSeconds(1),
            Guardian = new GuardianOptions { Lease = TimeSpan.FromSeconds(lease) },
        })
    {
    }

    /// <summary>Skips the test where there can be no root lab.</summary>
    public async Task NeedAsync()
    {
        var offer = await Provisioner.DescribeAsync(CancellationToken.None);
        Skip.If(offer.Machines == 0, offer.Remedy);
    }

    /// <summary>Pulls the machine's cable.</summary>
    public Task CutAsync(string machine) => LinkAsync(machine, "down");

    /// <summary>Puts it in again.</summary>
    public Task MendAsync(string machine) => LinkAsync(machine, "up");

    /// <summary>Switches the machine off and on: it comes back with nothing on its disk.</summary>
    public async Task PowerCycleAsync(string machine)
    {
        await Provisioner.StopAsync(machine, CancellationToken.None);
        await Provisioner.StartAsync(machine, null, CancellationToken.None);
    }

    private async Task LinkAsync(string machine, string state)
    {
        var lab = "teuth-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.Combine(State, "lab"))))[..8];
        using var ip = Process.Start("ip", ["-n", lab, "link", "set", $"v{machine}", state]);
        await ip.WaitForExitAsync();
        Assert.Equal(0, ip.ExitCode);
    }
}
