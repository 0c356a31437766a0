using Teuthology.Testing.OpenStack;

namespace Teuthology.Lab.Tests;

/// <summary>A cloud whose servers are only written down, and a site that uses it.</summary>
internal sealed class CloudOnPaper : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-fleet-").FullName;

    private CloudOnPaper(LabCloud cloud) => Cloud = cloud;

    public LabCloud Cloud { get; }

    public FleetSite Site { get; private set; } = null!;

    public IProvisioner Provisioner => Site.Provisioner;

    public static async Task<CloudOnPaper> OpenAsync(params string[] lines)
    {
        var paper = new CloudOnPaper(await LabCloud.StartAsync(new PaperMachines()));
        paper.Site = FleetSite.Open(paper._directory, paper.Cloud.Environment, [.. lines.Any(line => line.StartsWith("images:", StringComparison.Ordinal)) ? [] : (string[])["images: {debian-12: Debian 12}"], "machine: {ram: 512, disk: 1, cpus: 1}", "boot_timeout: 1", .. lines]);
        return paper;
    }

    /// <summary>Tries to bring a machine up; nothing ever answers there.</summary>
    public Task<TeuthologyException> FailAsync(MachineOrder order) => Assert.ThrowsAnyAsync<TeuthologyException>(() => Provisioner.StartAsync(order, null, CancellationToken.None));

    public async ValueTask DisposeAsync()
    {
        await Site.DisposeAsync();
        await Cloud.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
