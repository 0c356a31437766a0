namespace Teuthology.Results.Tests;

public sealed class RunStatusTests
{
    [Theory]
    [InlineData("", "empty")]
    [InlineData("queued queued", "queued")]
    [InlineData("queued pass", "queued")]
    [InlineData("queued running pass", "running")]
    [InlineData("waiting pass", "waiting")]
    [InlineData("dead dead", "finished dead")]
    [InlineData("dead pass", "finished fail")]
    [InlineData("fail queued", "finished fail")]
    [InlineData("pass pass", "finished pass")]
    [InlineData("pass skip", "finished pass")]
    [InlineData("skip", "unknown")]
    [InlineData("pass unknown", "unknown")]
    public void Of_JobStates_FollowsTheServersRules(string states, string expected)
    {
        var counts = states.Split(' ', StringSplitOptions.RemoveEmptyEntries).CountBy(state => state).ToDictionary();

        Assert.Equal(expected, RunStatus.Of(counts));
    }
}
