using System.Collections.Concurrent;

namespace Teuthology.Jobs.Tests;

/// <summary>What the test tasks did, in order; and how they ask their host to cancel the job.</summary>
public sealed class Trace
{
    private readonly ConcurrentQueue<string> _steps = new();

    public IReadOnlyList<string> Steps => [.. _steps];

    public CancellationTokenSource Cancel { get; } = new();

    public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What <c>test.options</c> was given last.</summary>
    public LoadOptions? Options { get; set; }

    public void Add(string step) => _steps.Enqueue(step);
}
