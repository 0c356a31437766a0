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
        await Until(() => Count("run") == 2);

        using var kill = Process.Start("kill", [$"-{signal}", "--", $"{group}{process.Id}"]);
        await kill.WaitForExitAsync();

        await Until(() => Count("unwound") == 2);
        await drained;
        Assert.Equal(2, Count("start"));

        async Task Until(Func<bool> holds)
        {
            var start = Stopwatch.GetTimestamp();
            while (!holds())
            {
                if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromMinutes(2))
                {
                    process.Kill(entireProcessTree: true);
                    Assert.Fail($"{string.Join('\n', _sample.Steps)}\n{string.Join('\n', await drained)}");
                }

                await Task.Delay(100);
            }
        }
    }

    private int Count(string step) => _sample.Steps.Count(s => s.StartsWith(step + " ", StringComparison.Ordinal));
}
