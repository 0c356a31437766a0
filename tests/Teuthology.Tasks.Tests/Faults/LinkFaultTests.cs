using System.Text.RegularExpressions;
using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>What becomes of a job when a machine's link or sshd fails for a while under a command.</summary>
public sealed class LinkFaultTests(PatientRootHost host) : IClassFixture<PatientRootHost>
{
    /// <summary>A hundred lines in ten seconds.</summary>
    private const string Counting = """
        roles: [[a.0], [a.1]]
        tasks:
        - exec: {all-hosts: ['echo kept > $TESTDIR/archive/kept']}
        - exec: {a.0: ['for i in $(seq 100); do echo line $i; sleep 0.1; done']}
        """;

    /// <summary>Shorter and longer than the silence after which a connection counts as lost.</summary>
    [SkippableTheory]
    [InlineData(1, false)]
    [InlineData(5, true)]
    public async Task LinkDownInTheMiddleOfACommand_Passes_AndNoLineIsLost(int seconds, bool noticed)
    {
        var log = await GoesOnAsync(async () =>
        {
            await host.CutAsync("n1");
            await Task.Delay(TimeSpan.FromSeconds(seconds));
            await host.MendAsync("n1");
        });
        Assert.Equal(noticed, log.Contains("Connection to n1 is lost under a command", StringComparison.Ordinal));
    }

    [SkippableFact]
    public Task ConnectionsSshdKilled_Passes_AndNoLineIsLost() => GoesOnAsync(async () =>
    {
        var killed = 0;
        foreach (var process in HostTraces.Processes($"{host.State}/lab/nodes/n1/"))
        {
            if (Regex.Match(process, @"^(\d+) sshd(-session)?: ubuntu") is { Success: true } sshd)
            {
                killed++;
                await HostPrograms.RunAsync("kill", "-9", sshd.Groups[1].Value);
            }
        }

        Assert.NotEqual(0, killed);
    });

    private async Task<string> GoesOnAsync(Func<Task> act)
    {
        await host.NeedAsync();
        await using var job = await RunningJob.StartAsync(host, Counting);
        await job.SaysAsync("n1.stdout:line 20");
        await act();
        var result = await job.EndAsync();
        result.ShouldPass();
        Assert.Equal(Enumerable.Range(1, 100), Regex.Matches(result.Log(), @"n1\.stdout:line (\d+)\n").Select(m => int.Parse(m.Groups[1].Value)));
        result.ShouldHaveUnwound("n1");
        result.ShouldHaveUnwound("n2");
        await host.ShouldBeCleanAsync();
        return result.Log();
    }
}
