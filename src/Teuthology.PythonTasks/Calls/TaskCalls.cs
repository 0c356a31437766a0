using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Teuthology.Jobs;

namespace Teuthology.PythonTasks;

/// <summary>Our own tasks, entered by tasks of a checkout.</summary>
/// <param name="job">The job.</param>
internal sealed class TaskCalls(JobContext job)
{
    private readonly ConcurrentDictionary<long, TaskStack> _entered = new();
    private long _last;

    public JsonNode Knows(JsonObject with) => TaskStack.Knows(job, with.Text("name"));

    public async Task<JsonNode?> EnterAsync(JsonObject with, CancellationToken cancellationToken)
    {
        var (key, stack) = (Interlocked.Increment(ref _last), new TaskStack(job));
        try
        {
            await stack.EnterAsync(new TaskEntry(with.Text("name"), WireValue.Decode(with["config"]), null), cancellationToken);
        }
        catch
        {
            await stack.UnwindAsync(); // its errors are noted; the task's own is the one to tell
            throw;
        }

        _entered[key] = stack;
        return key;
    }

    public async Task<JsonNode?> LeaveAsync(JsonObject with)
    {
        if (_entered.TryRemove(with.Whole("key"), out var stack) && await stack.UnwindAsync() is { } error)
            throw error;
        return null;
    }
}
