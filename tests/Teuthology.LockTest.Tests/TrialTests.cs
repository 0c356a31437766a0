using Teuthology.Lab;

namespace Teuthology.LockTest.Tests;

/// <summary>
/// The lock test, shortened, and with mutants that it must find. What clients do is drawn from the seed; how their doings meet is up to the machine,
/// so a mutant is given several runs.
/// </summary>
public sealed class TrialTests : IDisposable
{
    private const int MutantRuns = 4;
    private readonly string _history = Path.GetTempFileName();

    [SkippableTheory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Run_Faults_EveryRuleHolds(string store)
    {
        var verdict = await RunAsync(new TrialOptions { Store = store, Seconds = 10, Seed = 20261123, History = _history });
        Assert.True(verdict.Valid, Told(verdict));
        Assert.True(verdict.Figures["operations: claim ok"] > 0 && verdict.Figures["lines of commands"] > 0, Told(verdict));
    }

    [SkippableTheory]
    [InlineData("SplitClaim", "one valid lease a machine")]
    [InlineData("NoFence", "no command of an outdated fence")]
    public async Task Run_Mutant_IsFound(string mutant, string rule)
    {
        var found = new List<string>();
        for (var run = 0; run < MutantRuns && !found.Contains(rule); run++)
        {
            var options = new TrialOptions { Store = "sqlite", Clients = 8, Machines = 6, Seconds = 6, Seed = run, Mutant = Enum.Parse<Mutant>(mutant), History = _history };
            found.AddRange((await RunAsync(options)).Violations.Select(v => v.Rule).Distinct());
        }

        Assert.Contains(rule, found);
    }

    public void Dispose() => File.Delete(_history);

    private static async Task<Verdict> RunAsync(TrialOptions options)
    {
        var offer = await new LoopbackProvisioner(new LabOptions { MaxNodes = options.Machines }, TimeProvider.System).DescribeAsync(CancellationToken.None);
        Skip.If(offer.Machines == 0, offer.Remedy);
        var told = new List<string>();
        await using (var trial = new Trial(options, told.Add))
            await trial.RunAsync(CancellationToken.None);
        return Checker.Check(HistoryFile.Read(options.History));
    }

    private static string Told(Verdict verdict)
    {
        using var text = new StringWriter();
        VerdictText.Write(verdict, text);
        return text.ToString();
    }
}
