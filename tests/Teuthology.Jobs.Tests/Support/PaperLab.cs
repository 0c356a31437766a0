using Teuthology.Lab;

namespace Teuthology.Jobs.Tests;

/// <summary>A lab whose machines exist on paper only: jobs get them and then cannot connect.</summary>
public sealed class PaperLab(int machines = 3, LabFeatures features = LabFeatures.None) : ILab
{
    public int Held { get; private set; }

    /// <summary>Set: asking for machines waits until this ends, or fails as it does.</summary>
    public Task? Gate { get; set; }

    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CancellationTokenSource Lost { get; } = new();

    public MachineRequest? Request { get; private set; }

    public Task<LabOffer> DescribeAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new LabOffer("paper", machines, features, "Write on better paper."));

    public async Task<IMachineLease> AcquireAsync(MachineRequest request, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        Request = request;
        progress?.Report("waiting for paper");
        Asked.TrySetResult();
        if (Gate is not null)
            await Gate.WaitAsync(cancellationToken);
        Held += request.Count;
        return new Lease(this, request);
    }

    private sealed class Lease(PaperLab lab, MachineRequest request) : IMachineLease
    {
        public IReadOnlyList<Machine> Machines { get; } = [.. Enumerable.Range(1, request.Count).Select(i => new Machine
        {
            Name = $"p{i}",
            User = "ubuntu",
            Address = "127.0.0.1",
            SshPort = 1,
            HostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            IdentityFile = "/nonexistent/id",
            OsType = "debian",
            OsVersion = "12",
            Arch = "x86_64",
            Features = LabFeatures.None,
        })];

        public string Owner => request.Owner;

        public long Fence => 1;

        public CancellationToken Lost => lab.Lost.Token;

        public string? LogDirectory => null;

        public ValueTask DisposeAsync()
        {
            lab.Held -= request.Count;
            return ValueTask.CompletedTask;
        }
    }
}
