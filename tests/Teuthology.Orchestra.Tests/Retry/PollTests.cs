using Microsoft.Extensions.Time.Testing;

namespace Teuthology.Orchestra.Tests;

public sealed class PollTests
{
    private readonly FakeTimeProvider time = new() { AutoAdvanceAmount = TimeSpan.Zero };

    [Theory]
    [InlineData(6, 1, 10, "reached maximum tries (10) after waiting for 105 seconds")]
    [InlineData(1, 0, 10, "reached maximum tries (10) after waiting for 10 seconds")]
    [InlineData(6, 0, 1, "reached maximum tries (1) after waiting for 6 seconds")]
    public async Task UntilAsync_TriesUsedUp_TellsUpstreamsNumbers(int sleep, int increment, int tries, string text)
    {
        var asked = 0;
        var poll = new Poll { Sleep = TimeSpan.FromSeconds(sleep), Increment = TimeSpan.FromSeconds(increment), Tries = tries, Time = time };
        var error = await Assert.ThrowsAsync<PollExhaustedException>(() => DriveAsync(poll, () => ++asked < 0));
        Assert.Equal((text, tries), (error.Message, asked));
    }

    [Fact]
    public async Task UntilAsync_TimeUsedUp_NamesTheAction()
    {
        var poll = new Poll { Timeout = TimeSpan.FromSeconds(20), Action = "wait for health", Time = time };
        var start = time.GetUtcNow();
        var error = await Assert.ThrowsAsync<PollExhaustedException>(() => DriveAsync(poll, () => false));
        Assert.Equal("'wait for health' reached maximum tries (5) after waiting for 20 seconds", error.Message);
        Assert.Equal(TimeSpan.FromSeconds(20), time.GetUtcNow() - start);
    }

    [Fact]
    public async Task UntilAsync_AnswerIsThere_DoesNotPause()
    {
        await new Poll { Time = time }.UntilAsync(_ => Task.FromResult(true), default);
    }

    [Fact]
    public async Task UntilAsync_Cancelled_Stops()
    {
        using var cancel = new CancellationTokenSource();
        var polling = new Poll { Tries = 0, Time = time }.UntilAsync(_ => Task.FromResult(false), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => polling);
    }

    private async Task DriveAsync(Poll poll, Func<bool> ask)
    {
        var polling = poll.UntilAsync(_ => Task.FromResult(ask()), default);
        while (!polling.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await polling;
    }
}
