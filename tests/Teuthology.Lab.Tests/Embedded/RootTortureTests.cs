using System.Diagnostics;
using Xunit.Abstractions;

namespace Teuthology.Lab.Tests;

/// <summary>
/// Many machines, imaged anew one after the other, while their controller is killed at random moments: nothing is ever left. In full, 20 machines,
/// 100 reimages and 10 kills, with <c>TEUTHOLOGY_TORTURE=full</c>; <c>TEUTHOLOGY_TORTURE_SEED</c> repeats a run.
/// </summary>
public sealed class RootTortureTests(ITestOutputHelper told) : IDisposable
{
    private readonly string _state = Directory.CreateTempSubdirectory("teuthology-torture-").FullName;
    private readonly bool _full = Environment.GetEnvironmentVariable("TEUTHOLOGY_TORTURE") == "full";

    public void Dispose() => Directory.Delete(_state, recursive: true);

    [SkippableFact]
    public async Task ControllerKilledAgainAndAgain_LeavesNothing()
    {
        Skip.If(RootHost.Obstacle() is not null, RootHost.Obstacle());
        var (nodes, reimages, kills) = _full ? (20, 100, 10) : (4, 8, 3);
        var seed = int.TryParse(Environment.GetEnvironmentVariable("TEUTHOLOGY_TORTURE_SEED"), out var given) ? given : Random.Shared.Next();
        told.WriteLine($"TEUTHOLOGY_TORTURE_SEED={seed}");
        var random = new Random(seed);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        await new RootProvisioner(RootTorture.Options(_state, nodes), TimeProvider.System).PrepareAsync(null, default);

        for (var kill = 0; kill < kills; kill++)
        {
            using var controller = LeaseClient.Start("root-torture", _state, $"{nodes}", $"{reimages}", $"{random.Next()}");
            var lines = random.Next(3) == 0 ? 0 : 1 + random.Next((reimages / kills) + 1);
            Assert.Equal("starting", await controller.StandardOutput.ReadLineAsync());
            for (var line = 0; line < lines; line++)
                Take(await controller.StandardOutput.ReadLineAsync(), keys);
            await Task.Delay(random.Next(lines == 0 ? 2000 : 400));
            controller.Kill();
            for (string? rest; (rest = await controller.StandardOutput.ReadLineAsync()) is not null;)
                Take(rest, keys);
            await controller.WaitForExitAsync();
            told.WriteLine($"kill {kill + 1}: {keys.Count} reimages so far, left before cleaning: {new LabTraces(RootTorture.Options(_state, nodes)).Find().Count}");
            await CleanAsync(nodes);
        }

        using (var last = LeaseClient.Start("root-torture", _state, $"{nodes}", $"{Math.Max(1, reimages - keys.Count)}", $"{random.Next()}"))
        {
            for (string? line; (line = await last.StandardOutput.ReadLineAsync()) is not null;)
                Take(line, keys);
            await last.WaitForExitAsync();
            Assert.Equal(0, last.ExitCode);
        }

        await NothingIsLeftAsync(nodes);
        Assert.True(keys.Count >= reimages, $"{keys.Count} reimages gave a host key of their own");
        told.WriteLine($"{nodes} machines, {keys.Count} reimages, {kills} kills: nothing left");
    }

    private static void Take(string? line, HashSet<string> keys)
    {
        // A controller that ended by itself has told why on its error output
        Assert.NotNull(line);
        if (line is not ("starting" or "up"))
            Assert.True(keys.Add(line), $"two machines had the key {line}");
    }

    private async Task CleanAsync(int nodes)
    {
        // Scripts that the dead controller began end by themselves
        await Eventually.HoldsAsync(() => Task.FromResult(!Scripts().Any()), "the scripts of the dead controller end");
        await using (var store = RootTorture.Store(_state))
            await RootTorture.Lab(RootTorture.Options(_state, nodes), store).CollectGarbageAsync(default);
        await NothingIsLeftAsync(nodes);
    }

    private IEnumerable<int> Scripts() => ProcessesOf.Mentioning($"LAB_STATE={_state}/lab").Where(p => IsScript(p));

    private static bool IsScript(int process)
    {
        try
        {
            var words = File.ReadAllText($"/proc/{process}/cmdline").Split('\0');
            return words.Any(w => w.EndsWith(".sh", StringComparison.Ordinal) && w.Contains("/node-", StringComparison.Ordinal)) && words.Any(w => w is "up" or "down" or "hub-up" or "hub-down" or "sweep");
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task NothingIsLeftAsync(int nodes)
    {
        Assert.Empty(new LabTraces(RootTorture.Options(_state, nodes)).Find());
        await using var store = RootTorture.Store(_state);
        Assert.DoesNotContain(await store.ListAsync(default), node => node.Locked);
        Assert.Empty(await store.WaitersAsync(default));
        Assert.All(Directory.GetFileSystemEntries(_state), entry => Assert.StartsWith("leases.db", Path.GetFileName(entry), StringComparison.Ordinal));
    }
}
