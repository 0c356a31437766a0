namespace Teuthology.Jobs.Tests;

public sealed class FailurePromptTests
{
    [Fact]
    public async Task InteractiveOnError_TaskFails_OpensOnceBeforeUnwinding()
    {
        using var host = new JobHost(prompt: new Recorder(out var shown));
        shown.Trace = host.Trace;
        var result = await host.RunAsync("interactive-on-error: true\ntasks:\n- test.step: {name: a, exits: [throw]}\n- test.step: {name: b, enter: throw, exits: [throw]}\n");
        Assert.Equal("enter b throws", result.FailureReason);
        var pause = Assert.Single(shown.Pauses);
        Assert.Equal(("test.step", "enter b throws"), (pause.Task, pause.Failure!.Message));
        Assert.Equal(["enter a", "enter b", "prompt", "exit b/0", "exit a/0"], host.Trace.Steps);
    }

    [Fact]
    public async Task InteractiveOnError_OnlyCleaningUpFails_OpensAtEachFailure()
    {
        using var host = new JobHost(prompt: new Recorder(out var shown));
        shown.Trace = host.Trace;
        await host.RunAsync("interactive-on-error: true\ntasks:\n- test.step: {name: a, exits: [throw, ok, dead]}\n");
        Assert.Equal(["enter a", "exit a/2", "prompt", "exit a/1", "exit a/0", "prompt"], host.Trace.Steps);
    }

    [Theory]
    [InlineData("interactive-on-error: true", "cancel")]
    [InlineData("interactive-on-error: false", "throw")]
    [InlineData("unlock_on_failure: true", "throw")]
    public async Task InteractiveOnError_OffOrJobCancelled_DoesNotOpen(string key, string enter)
    {
        using var host = new JobHost(prompt: new Recorder(out var shown));
        await host.RunAsync($"{key}\ntasks:\n- test.step: {{name: a, enter: {enter}, exits: [ok]}}\n");
        Assert.Empty(shown.Pauses);
        Assert.Equal(["enter a", "exit a/0"], host.Trace.Steps);
    }

    [Fact]
    public async Task InteractiveOnError_PromptFails_UnwindsAllTheSame()
    {
        using var host = new JobHost(prompt: new Recorder(out var shown) { Broken = true });
        var result = await host.RunAsync("interactive-on-error: true\ntasks:\n- test.step: {name: a, enter: throw, exits: [ok]}\n");
        Assert.Equal("enter a throws", result.FailureReason);
        Assert.Equal(["enter a", "exit a/0"], host.Trace.Steps);
        Assert.Single(shown.Pauses);
    }

    private sealed class Recorder : IJobPrompt
    {
        public Recorder(out Recorder self) => self = this;

        public List<JobPause> Pauses { get; } = [];

        public Trace? Trace { get; set; }

        public bool Broken { get; init; }

        public bool IsAvailable => true;

        public Task ShowAsync(JobPause pause, CancellationToken cancellationToken)
        {
            Pauses.Add(pause);
            Trace?.Add("prompt");
            return Broken ? throw new IOException("the terminal is gone") : Task.CompletedTask;
        }
    }
}
