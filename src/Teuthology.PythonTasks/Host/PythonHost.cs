using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Teuthology.Jobs;

namespace Teuthology.PythonTasks;

/// <summary>
/// The process that runs a job's Python tasks: started before or with the first of them, ended with the job. It ends by itself when this process does.
/// </summary>
internal sealed class PythonHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim _gate = new(1);
    private readonly ConcurrentDictionary<long, ExecutionContext?> _contexts = new();
    private readonly ConcurrentDictionary<Exception, long> _failures = new();
    private readonly WireErrors _errors = new();
    private long _keys;
    private JobContext _job = null!;
    private IHostedClusters? _clusters;
    private HostCalls? _calls;
    private HostLink? _launched;
    private HostLink? _link;
    private PythonProgram? _program;
    private Task? _reading;
    private volatile bool _ending;

    /// <summary>Starts the process and has it load a task's module, without waiting; what goes wrong is told when the task is entered.</summary>
    public void Begin(JobContext job, string task)
    {
        if (SuiteTaskFolder.Beside(job.Spec.SuitesDirectory) is not { } folder)
            return;
        try
        {
            Launch(job).Tell(new JsonObject { ["event"] = "load", ["qa"] = folder.Qa, ["task"] = task });
        }
        catch (TeuthologyException e)
        {
            HostLog.NotYet(job.Loggers.CreateLogger("python"), e.Message);
        }
    }

    /// <summary>Enters a task, and defers leaving it when it is a context.</summary>
    public async Task EnterAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var link = await StartedAsync(run, cancellationToken);
        var key = Interlocked.Increment(ref _keys);
        _contexts[key] = ExecutionContext.Capture();
        JsonObject answer;
        try
        {
            answer = (await link.CallAsync(
                "enter",
                new JsonObject { ["key"] = key, ["task"] = run.Name, ["config"] = WireValue.Encode(run.Config), ["clusters"] = Clusters() },
                run.Name,
                cancellationToken))!.AsObject();
        }
        catch (ConfigurationException e) when (e.Mark is null)
        {
            throw run.Wrong(e.Message);
        }
        catch (Exception e)
        {
            _failures[e] = key;
            throw;
        }

        if ((bool)answer["entered"]!)
            run.Defer("leave the Python task", (error, ct) => LeaveAsync(run, key, error, ct));
        Take(run, answer);
    }

    public async ValueTask DisposeAsync()
    {
        _ending = true;
        if (_launched is { } link)
        {
            link.Tell(new JsonObject { ["event"] = "quit" });
            link.Close();
        }

        if (_program is { } program)
        {
            await Task.WhenAny(_reading!, Task.Delay(Patience));
            await program.DisposeAsync();
        }

        if (_calls is { } calls)
            await calls.DisposeAsync();
        _gate.Dispose();
    }

    private async Task LeaveAsync(TaskRun run, long key, Exception? error, CancellationToken cancellationToken)
    {
        _contexts[key] = ExecutionContext.Capture();
        var told = error is null ? null : new JsonObject { ["message"] = error.Message, ["task"] = _failures.TryGetValue(error, out var task) ? task : null };
        var answer = await _link!.CallAsync("leave", new JsonObject { ["key"] = key, ["error"] = told, ["clusters"] = Clusters() }, run.Name, cancellationToken);
        Take(run, answer!.AsObject());
    }

    private JsonArray Clusters() => _clusters?.Tell(_job) ?? [];

    // What a task wrote into ctx.summary; one without success has failed, whatever else it did.
    private static void Take(TaskRun run, JsonObject answer)
    {
        if (WireValue.Decode(answer["summary"]) is not Yaml.YamlMap summary)
            return;
        foreach (var (key, value) in summary)
        {
            if (key is not ("success" or "failure_reason"))
                run.Job.Summary[key] = value;
        }

        if (summary.Get("success") is false)
            run.Job.Failures.Add(run.Name, summary.Get("failure_reason") as string ?? $"task '{run.Name}' set the job's success to false");
    }

    private async Task<HostLink> StartedAsync(TaskRun run, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return _link ??= await StartAsync(run, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<HostLink> StartAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var folder = SuiteTaskFolder.Beside(run.Job.Spec.SuitesDirectory) ?? throw run.Wrong("the job comes from no checkout with Python tasks");
        var link = Launch(run.Job);
        var version = await link.CallAsync("open", new JsonObject { ["qa"] = folder.Qa, ["picture"] = HostPicture.Of(_job) }, run.Name, cancellationToken);
        HostLog.Started(_job.Loggers.CreateLogger("python"), (string)version!, _program!.Id, Path.Combine(folder.Qa, "tasks"));
        return link;
    }

    // Before the first task of the job is entered there is but one caller, afterwards the gate is held.
    private HostLink Launch(JobContext job)
    {
        if (_launched is not null)
            return _launched;
        _job = job;
        _clusters = _job.Services.GetService<IHostedClusters>();
        var log = _job.Loggers.CreateLogger("python");
        _program = PythonProgram.Start(_job.Options.Python, line => HostLog.Said(log, line));
        HostLink? link = null;
        _calls = new HostCalls(_job, _clusters, _errors, message => link!.Tell(message));
        link = new HostLink(_program.Input, _program.Output, _errors) { Serve = ServeAsync, Told = _calls.Told };
        link.Begin(HostModules.Frame());
        _reading = FollowAsync(link, _program);
        return _launched = link;
    }

    // Events and traces of a command belong to the task that runs it.
    private Task<JsonNode?> ServeAsync(string call, JsonObject with, long? task)
    {
        if (task is not { } key || !_contexts.TryGetValue(key, out var context) || context is null)
            return _calls!.ServeAsync(call, with);
        Task<JsonNode?>? served = null;
        ExecutionContext.Run(context, _ => served = _calls!.ServeAsync(call, with), null);
        return served!;
    }

    private async Task FollowAsync(HostLink link, PythonProgram program)
    {
        var unread = "";
        try
        {
            await link.ReadAsync();
        }
        catch (Exception e)
        {
            unread = $"what it sent could not be read: {e.Message}\n";
            program.Kill();
        }

        var end = unread + await program.EndAsync();
        link.Fail(new TeuthologyException(FailureKind.Infrastructure, _ending ? "the Python task host has ended with its job" : end + "\nwhat its tasks had set up is not undone"));
    }
}
