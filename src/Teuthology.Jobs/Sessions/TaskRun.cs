using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>One use of a task in a job.</summary>
public sealed class TaskRun
{
    private readonly Stack<UndoStep> _undo = new();

    /// <summary>The job that uses it.</summary>
    public required JobContext Job { get; init; }

    /// <summary>The task's name as the job wrote it.</summary>
    public required string Name { get; init; }

    /// <summary>What stands behind the name in the job: null, a scalar, a <see cref="YamlList"/> or a <see cref="YamlMap"/>.</summary>
    public required object? Config { get; init; }

    /// <summary>Where the task stands in the job's YAML, if known.</summary>
    public YamlMark? Mark { get; init; }

    /// <summary>The task's log; goes to the job's teuthology.log.</summary>
    public required ILogger Log { get; init; }

    /// <summary>Registers what must be undone when the job unwinds; the last one registered runs first. Safe from several threads.</summary>
    /// <param name="what">In words, for the log.</param>
    /// <param name="undo">Gets the job's failure so far (null when all is well) and a token of the unwinding's own deadline.</param>
    /// <param name="limit">Most time that it may take, where it waits for work of the job; <see cref="Timeout.InfiniteTimeSpan"/> for any. Null:
    /// <see cref="JobOptions.UnwindTimeout"/>, which also counts from the moment on that the job is interrupted.</param>
    public void Defer(string what, Func<Exception?, CancellationToken, Task> undo, TimeSpan? limit = null)
    {
        lock (_undo)
            _undo.Push(new UndoStep(what, undo, limit));
    }

    /// <summary>Keeps a context until the job unwinds, which disposes it in its turn; the <c>async with</c> of a task.</summary>
    /// <typeparam name="T">Its class.</typeparam>
    /// <param name="context">What was entered: a server that was started, a directory that was mounted.</param>
    /// <returns><paramref name="context"/>.</returns>
    public T Use<T>(T context)
        where T : IAsyncDisposable
    {
        Defer($"dispose of {typeof(T).Name}", (_, _) => context.DisposeAsync().AsTask());
        return context;
    }

    /// <summary>An error about this task's configuration, with its place; to be thrown.</summary>
    /// <param name="message">What is wrong and how to mend it.</param>
    /// <param name="key">The key it is about, when <see cref="Config"/> is a mapping.</param>
    public ConfigurationException Wrong(string message, object? key = null) =>
        new($"task '{Name}': {message}", (key is null ? null : (Config as YamlMap)?.MarkOf(key)) ?? Mark);

    internal TaskStep Step { get; init; } = null!; // TaskStack alone makes these

    internal bool TryTakeUndo([MaybeNullWhen(false)] out UndoStep step)
    {
        lock (_undo)
            return _undo.TryPop(out step);
    }
}
