using Teuthology.Lab;

namespace Teuthology.Scheduling.Tests;

public sealed class NodeHealthTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-health-").FullName;

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData("smithi001: {msg: \"Disk is\\n  BROKEN\"}", "smithi001")]
    [InlineData("smithi001: {results: [{msg: fine}, {msg: the disk is broken}]}", "smithi001")]
    [InlineData("smithi001: {msg: some other trouble}", "")]
    [InlineData("smithi003: {msg: the disk is broken}", "")]
    [InlineData("- not a mapping", "")]
    public async Task Look_FailuresOfAJob_TakesTheMachinesOutOfUseThatTheSiteMeans(string failures, string down)
    {
        await using var nodes = new StoreDirectory(new LeaseStore(Path.Combine(_directory, "leases.db"), TimeProvider.System));
        foreach (var name in new[] { "smithi001", "smithi002", "smithi003" })
            await nodes.CreateAsync(name, new NodeUpdate { MachineType = "smithi", Up = true }, default);
        await File.WriteAllTextAsync(Path.Combine(_directory, "config.yaml"), "machine_type: smithi\ntargets: {ubuntu@smithi001: key, ubuntu@smithi002: key}\n");
        await File.WriteAllTextAsync(Path.Combine(_directory, "ansible_failures.yaml"), failures);
        var file = Path.Combine(_directory, "site.yaml");
        await File.WriteAllTextAsync(file, "disable_targets:\n  ansible_failure_patterns:\n    smithi: ['disk is broken']\n    mira: ['other']\n");
        using var log = new WorkerLog(Path.Combine(_directory, "log"), "test", null, TimeProvider.System);

        var marked = await new NodeHealth(nodes, SiteConfig.Read(file, _directory), log).LookAsync(_directory, default);

        Assert.Equal(down.Split(' ', StringSplitOptions.RemoveEmptyEntries), marked);
        foreach (var node in await nodes.ListAsync(NodeQuery.All, default))
            Assert.Equal((node.Name != down, node.Name == down ? "ansible failure" : null), (node.Up, node.Description?.Split(':')[0]));
    }
}
