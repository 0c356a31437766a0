using Teuthology.Lab;

namespace Teuthology.Tasks.Tests;

/// <summary>Machines that a job file names: sshds of a loopback lab, known to ssh's configuration as <c>given-NAME</c>, that no lease knows of.</summary>
internal static class GivenHosts
{
    /// <summary>Starts two and writes the host's ssh configuration; skips the test where there can be none.</summary>
    public static async Task<Machine[]> GivenAsync(this LabHost host)
    {
        var offer = await host.Provisioner.DescribeAsync(CancellationToken.None);
        Skip.If(offer.Machines == 0, offer.Remedy);
        await host.Provisioner.PrepareAsync(null, CancellationToken.None);
        Machine[] machines = [await MachineAsync(host, host.Provisioner.MachineNames[2]), await MachineAsync(host, host.Provisioner.MachineNames[3])];
        await File.WriteAllTextAsync(
            Path.Combine(host.Root, "ssh_config"),
            string.Concat(machines.Select(m => $"Host given-{m.Name}\n HostName {m.Address}\n Port {m.SshPort}\n IdentityFile {m.IdentityFile}\n UserKnownHostsFile {host.Root}/known_hosts\n")));
        return machines;
    }

    /// <summary>The entries of a job's <c>targets</c>.</summary>
    public static string Targets(IEnumerable<Machine> machines, Func<Machine, string?> key) =>
        string.Concat(machines.Select(m => $"  {m.User}@given-{m.Name}: {key(m)}\n"));

    private static async Task<Machine> MachineAsync(LabHost host, string name) =>
        await host.Provisioner.FindAsync(name, CancellationToken.None) ?? await host.Provisioner.StartAsync(name, null, CancellationToken.None);
}
