using Microsoft.Extensions.Logging.Abstractions;

namespace Teuthology.Lab.Tests;

/// <summary>A controller that holds all machines of a lab and images one after the other anew; made to be killed.</summary>
internal static class RootTorture
{
    public static LabOptions Options(string state, int nodes) => new() { StateDirectory = state, MaxNodes = nodes, SshDeadline = TimeSpan.FromMinutes(5) };

    public static LeasedLab Lab(LabOptions options, LeaseStore store) => new(new RootProvisioner(options, TimeProvider.System), store, NullLogger<LeasedLab>.Instance);

    public static LeaseStore Store(string state) => new(Path.Combine(state, "leases.db"), TimeProvider.System);

    /// <summary>Tells <c>starting</c>, <c>up</c>, and <c>KEY</c> for each machine that was imaged anew.</summary>
    public static async Task RunAsync(string state, int nodes, int reimages, int seed, TextWriter output)
    {
        var random = new Random(seed);
        await using var store = Store(state);
        var lab = Lab(Options(state, nodes), store);
        await TellAsync("starting");
        await using (var lease = await lab.AcquireAsync(new MachineRequest { Count = nodes, Owner = "torture@here", Description = "torture" }, null, default))
        {
            await TellAsync("up");
            for (var i = 0; i < reimages; i++)
                await TellAsync((await lab.Provisioner.StartAsync(lease.Machines[random.Next(nodes)].Name, null, default)).HostKey!);
        }

        await lab.CloseAsync();

        async Task TellAsync(string line)
        {
            await output.WriteLineAsync(line);
            await output.FlushAsync();
        }
    }
}
