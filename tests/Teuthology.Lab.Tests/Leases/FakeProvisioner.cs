using System.Collections.Concurrent;

namespace Teuthology.Lab.Tests;

/// <summary>Machines that are only names; writes down what is asked of it and fails where a test says so.</summary>
internal sealed class FakeProvisioner(int machines) : IProvisioner
{
    public ConcurrentQueue<string> Calls { get; } = new();

    public ConcurrentDictionary<string, bool> Up { get; } = new();

    public Func<string, CancellationToken, Task> OnStart { get; set; } = (_, _) => Task.CompletedTask;

    public Func<string, Task> OnStop { get; set; } = _ => Task.CompletedTask;

    public LabOffer Offer { get; set; } = new("fake", machines, LabFeatures.Root, null);

    public string Kind { get; init; } = "fake";

    public bool KeepsSystem { get; init; }

    public bool MakesMachines { get; init; } = true;

    public string Letter { get; init; } = "f";

    public IReadOnlyList<string> MachineNames => [.. Enumerable.Range(1, machines).Select(i => $"{Letter}{i}")];

    public Task<LabOffer> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(Offer);

    public Task PrepareAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        Calls.Enqueue("prepare");
        progress?.Report("building the image");
        return Task.CompletedTask;
    }

    public async Task<Machine> StartAsync(string name, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"start {name}");
        await OnStart(name, cancellationToken);
        Up[name] = true;
        return new Machine
        {
            Name = name, User = "ubuntu", Address = "10.0.0.1", HostKey = $"ssh-ed25519 {name}", IdentityFile = "/key",
            OsType = "debian", OsVersion = "12", Arch = "x86_64", Features = Offer.Features,
        };
    }

    public async Task StopAsync(string name, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"stop {name}");
        await OnStop(name);
        Up.TryRemove(name, out _);
    }

    public Task<Machine?> FindAsync(string name, CancellationToken cancellationToken) => Task.FromResult<Machine?>(null);

    public Task<IReadOnlyList<NodeStatus>> StatusAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<NodeStatus>>([.. Up.Keys.Order().Select(n => new NodeStatus(n, "10.0.0.1", Up: true, 0, null))]);

    public Task DownAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<string>> CollectGarbageAsync(Func<string, bool> isHeld, CancellationToken cancellationToken)
    {
        var removed = Up.Keys.Order().Where(n => !isHeld(n)).ToList();
        removed.ForEach(n => Up.TryRemove(n, out _));
        return Task.FromResult<IReadOnlyList<string>>(removed);
    }
}
