using Teuthology.Lab;

namespace Teuthology.Jobs.Tests;

/// <summary>A lab whose first host does not answer.</summary>
/// <param name="key">Private key that would open its hosts.</param>
public sealed class IllLab(string key) : ILab
{
    public List<MachineRequest> Requests { get; } = [];

    public Dictionary<string, string> Reported { get; } = [];

    public int Disposed { get; private set; }

    public Task<LabOffer> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(new LabOffer("ill", 2, LabFeatures.None, null));

    public Task<IMachineLease> AcquireAsync(MachineRequest request, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        return Task.FromResult<IMachineLease>(new Lease(this, key, request.Without.Contains("sick") ? "paper" : "sick"));
    }

    private sealed class Lease(IllLab lab, string key, string name) : IMachineLease
    {
        public IReadOnlyList<Machine> Machines { get; } =
        [
            new Machine
            {
                Name = name,
                User = "ubuntu",
                Address = "127.0.0.1",
                SshPort = 1,
                HostKey = null,
                IdentityFile = key,
                OsType = "debian",
                OsVersion = "12",
                Arch = "x86_64",
                Features = LabFeatures.None,
                IsPhysical = name == "sick",
            },
        ];

        public string Owner => "tester@host";

        public long Fence => 1;

        public CancellationToken Lost => CancellationToken.None;

        public string? LogDirectory => null;

        public Task ReportAsync(string machine, string trouble, CancellationToken cancellationToken)
        {
            lab.Reported[machine] = trouble;
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            lab.Disposed++;
            return ValueTask.CompletedTask;
        }
    }
}
