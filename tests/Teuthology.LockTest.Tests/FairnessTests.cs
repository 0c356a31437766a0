using Teuthology.Lab;

namespace Teuthology.LockTest.Tests;

public sealed class FairnessTests
{
    [SkippableFact]
    public async Task Run_MachinesFailControllersAreKilledLeasesAreBroken_EveryJobIsDoneAndNoneIsOvertaken()
    {
        var offer = await new LoopbackProvisioner(new LabOptions { MaxNodes = 12 }, TimeProvider.System).DescribeAsync(CancellationToken.None);
        Skip.If(offer.Machines == 0, offer.Remedy);
        var told = new List<string>();
        await using var run = new FairnessRun(new FairnessOptions { Jobs = 20, LongestJob = 800, Controllers = 3, Kills = 1, Breaks = 1, Seed = 5 }, told.Add);
        var verdict = await run.RunAsync(CancellationToken.None);
        using var text = new StringWriter();
        verdict.Write(text);
        Assert.True(verdict is { Done: 20, Overtakings: 0 }, $"{text}{string.Join('\n', told)}");
    }

    [Fact]
    public void Overtakings_NarrowOnePassesAWideOne_IsCounted()
    {
        Attempt[] attempts =
        [
            new(0, 6) { Queued = 0, Claimed = 0, Ended = 30 },
            new(1, 6) { Queued = 2, Claimed = 40, Ended = 50 },
            new(2, 1) { Queued = 10, Claimed = 20, Ended = 30 },
        ];
        Assert.Equal(1, new FairnessVerdict(attempts, 3, 6).Overtakings);
    }

    [Fact]
    public void Packing_KnownPieces_BoundsAreRight()
    {
        (int, double)[] pieces = [(6, 10), (6, 10), (7, 5), (5, 5)];
        Assert.Equal(15, Packing.LowerBound(pieces, 12));
        Assert.Equal(15, Packing.BestPlan(pieces, 12, new Random(1)));
        Assert.Equal(15, Packing.InOrder(pieces, 12));
        Assert.Equal(25, Packing.InOrder([(6, 10), (7, 5), (6, 10), (5, 5)], 12));
    }
}
