using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.LockTest;

/// <summary>The program of a controller: <c>controller DIRECTORY MACHINES FAILURES SEED</c>. Runs the jobs that come on its input, <c>NUMBER WIDTH MILLISECONDS</c>, side by side.</summary>
internal sealed class Controller(LeasedLab lab)
{
    private readonly Lock _telling = new();

    public static async Task<int> RunAsync(string directory, int machines, int failures, int seed)
    {
        await using var store = new LeaseStore(StorePlace.OfHost(directory), TimeProvider.System);
        var provisioner = new LoopbackProvisioner(new LabOptions { StateDirectory = directory, MaxNodes = machines }, TimeProvider.System);
        var controller = new Controller(new LeasedLab(new FailingProvisioner(provisioner, new Random(seed), failures), store, NullLogger<LeasedLab>.Instance));
        Console.Out.WriteLine("ready");
        var jobs = new List<Task>();
        while (await Console.In.ReadLineAsync() is { } order)
        {
            var numbers = order.Split(' ').Select(int.Parse).ToArray();
            jobs.Add(controller.RunAsync(numbers[0], numbers[1], numbers[2]));
        }

        await Task.WhenAll(jobs);
        return 0;
    }

    private async Task RunAsync(int job, int width, int milliseconds)
    {
        await Task.Yield();
        try
        {
            var request = new MachineRequest { Count = width, Owner = $"job{job}@fairness", Description = $"job {job}" };
            await using (var lease = await lab.AcquireAsync(request, new Watch(this, job), CancellationToken.None))
            {
                await Task.WhenAll(lease.Machines.Select(machine => WorkAsync(machine, lease, milliseconds)));
                if (lease.Lost.IsCancellationRequested)
                    throw new TeuthologyException(FailureKind.Infrastructure, "the lease was lost");
            }

            Tell(job, "done", null);
        }
        catch (TeuthologyException e)
        {
            Tell(job, "failed", e.Message);
        }
        catch (OperationCanceledException)
        {
            Tell(job, "failed", "the lease was lost");
        }
    }

    private static async Task WorkAsync(Machine machine, IMachineLease lease, int milliseconds)
    {
        var endpoint = new RemoteEndpoint
        {
            HostName = machine.Name, User = machine.User, Address = machine.Address, Port = machine.SshPort, HostKey = machine.HostKey, IdentityFile = machine.IdentityFile,
        };
        await using var remote = new Remote(endpoint, NullLogger.Instance, new RemoteOptions { Guardian = new GuardianOptions { Fence = lease.Fence }, KillGrace = TimeSpan.FromSeconds(0.5), ConnectTimeout = TimeSpan.FromSeconds(10) });
        await remote.RunAsync(RemoteCommand.Args("sleep", (milliseconds / 1000.0).ToString("0.000")), lease.Lost);
    }

    private void Tell(int job, string what, string? text)
    {
        lock (_telling)
            Console.Out.WriteLine(JsonSerializer.Serialize(new JobEvent(job, what, Stopwatch.GetTimestamp(), text), HistoryWriter.Json));
    }

    private sealed class Watch(Controller controller, int job) : IProgress<string>
    {
        public void Report(string value)
        {
            if (value.StartsWith("waiting for ", StringComparison.Ordinal) && value.Contains(" machines", StringComparison.Ordinal))
                controller.Tell(job, "queued", value);
            else if (value.StartsWith("starting ", StringComparison.Ordinal))
                controller.Tell(job, "claimed", value["starting ".Length..]);
            else if (value.Contains("the job takes other machines", StringComparison.Ordinal))
                controller.Tell(job, "returned", value);
        }
    }
}
