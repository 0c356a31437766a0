using System.Diagnostics;

namespace Teuthology.Xunit.Tests.EndToEnd;

public sealed class InterruptTests : IDisposable
{
    private readonly Sample _sample = new();

    public InterruptTests()
    {
        for (var i = 0; i < 5; i++)
            _sample.Job($"dummy/j{i}", "{sleep: 600, unwind: 0.2}");
    }

    public void Dispose() => _sample.Dispose();

    /// <summary>Ctrl-C reaches the whole process group, a supervisor's TERM or KILL as a rule only its leader.</summary>
    [Theory]
    [InlineData("INT", "-")]
    [InlineData("TERM", "-")]
    [InlineData("TERM", "")]
    [InlineData("KILL", "")]
    public async Task Signal_InTheMiddle_UnwindsRunningJobsAndStartsNoMore(string signal, string group)
    {
        using var process = _sample.Start("test", Sample.Dll);
        var drained = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await Until(() => _sample.Steps.Count(s => s.StartsWith("run", StringComparison.Ordinal)) == 2);

        using var kill = Process.Start("kill", [$"-{signal}", "--", $"{group}{process.Id}"]);
        await kill.WaitForExitAsync();

        await Until(() => _sample.Steps.Count(s => s.StartsWith("unwound", StringComparison.Ordinal)) == 2);
        await drained;
        Assert.Equal(2, _sample.Steps.Count(s => s.StartsWith("start", StringComparison.Ordinal)));
    }

    private static async Task Until(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (!holds())
            await Task.Delay(100, limit.Token);
    }
}
