using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Interactive;

/// <summary>One stop of a job at the prompt, from the banner to Ctrl-D.</summary>
internal sealed class PromptSession
{
    private const string Sign = "ctx> ";

    // a script that listens to no token is given up soon; a command on a machine takes its time to be killed
    private static readonly TimeSpan ScriptGrace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan CommandGrace = TimeSpan.FromSeconds(15);

    private readonly JobPause _pause;
    private readonly Keyboard _keyboard;
    private readonly TextWriter _output;
    private readonly ILogger _log;
    private readonly MachineCommands _machines;
    private readonly PromptGlobals _globals;
    private readonly ScriptSession _scripts;
    private readonly Task _warm;
    private readonly LineEditor _editor;

    public PromptSession(JobPause pause, Keyboard keyboard, InputHistory history, TextWriter output, Func<int> columns)
    {
        (_pause, _keyboard, _output) = (pause, keyboard, output);
        _log = pause.Job.Loggers.CreateLogger("teuthology.task.interactive");
        _machines = new MachineCommands(pause.Job, output);
        _globals = new PromptGlobals(pause, _machines);
        _scripts = new ScriptSession(_globals, Assemblies(pause.Job.Services));
        // the compiler takes a second or two to get going, less than a person takes to begin typing
        _warm = Task.Run(() => _scripts.RunAsync("", CancellationToken.None));
        var language = new ScriptLanguage(_scripts, _warm, Strings);
        _ = Task.Run(() => WarmAsync(language));
        _editor = new LineEditor(keyboard, new Screen(output, columns), history, language);
    }

    /// <summary>Answers what is typed until Ctrl-D.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        PromptLog.Opened(_log);
        Tell(PromptTexts.Banner(_pause));
        while (await _editor.ReadAsync(Sign, cancellationToken) is { } text)
        {
            var words = text.Trim().TrimEnd(';');
            if (words is "exit" or "exit()" or "quit" or "quit()")
                break;
            if (words is "help" or "help()" or "?")
                Tell(PromptTexts.Help(_pause.Job));
            else if (words.Length > 0)
                await AnswerAsync(text, cancellationToken);
        }

        PromptLog.Closed(_log);
    }

    private async Task AnswerAsync(string text, CancellationToken cancellationToken)
    {
        PromptLog.Typed(_log, text);
        try
        {
            await _warm;
            var value = await InterruptiblyAsync(token => _scripts.RunAsync(text, token), cancellationToken);
            if (value is not null && !_machines.WasShown(value))
                Tell(ValueText.Short(value));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Tell("interrupted");
            PromptLog.Failed(_log, "interrupted");
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            var line = ErrorLine.Of(error);
            Tell(line);
            PromptLog.Failed(_log, line);
        }
    }

    // Ctrl-C cancels what runs; what does not stop then is left behind, and the person gets the prompt back.
    private async Task<object?> InterruptiblyAsync(Func<CancellationToken, Task<object?>> run, CancellationToken cancellationToken)
    {
        using var ended = new CancellationTokenSource();
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _globals.ct = stop.Token;
        var running = Task.Run(() => run(stop.Token), CancellationToken.None);
        _ = running.ContinueWith(_ => stop.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        var interrupted = _keyboard.InterruptAsync(ended.Token);
        try
        {
            await Task.WhenAny(running, interrupted).WaitAsync(cancellationToken);
            if (!running.IsCompleted)
            {
                Tell("^C");
                await stop.CancelAsync();
                interrupted = _keyboard.InterruptAsync(ended.Token);
                await Task.WhenAny(running, interrupted, Task.Delay(_machines.IsBusy ? CommandGrace : ScriptGrace, cancellationToken));
                if (!running.IsCompleted)
                {
                    Tell("it did not stop; it is left behind");
                    throw new OperationCanceledException();
                }
            }

            return await running;
        }
        finally
        {
            await ended.CancelAsync();
            await interrupted.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Tell(string text) => _output.WriteLine(text);

    // so that the first Tab finds what it needs compiled
    private static async Task WarmAsync(ScriptLanguage language)
    {
        foreach (var text in new[] { "ct", "ctx.Cluster.Remotes.Select(r => r.", "sh(\"" })
            await language.CompleteAsync(text, text.Length, CancellationToken.None);
    }

    private IEnumerable<string> Strings(string before) => before.TrimEnd('"', ' ').EndsWith("Config[", StringComparison.Ordinal)
        ? _pause.Job.Config.Keys.OfType<string>()
        : _machines.Names;

    // the house's own, and those that tasks come from
    private static IEnumerable<Assembly> Assemblies(IServiceProvider services) =>
    [
        typeof(PromptGlobals).Assembly, typeof(JobContext).Assembly, typeof(Orchestra.Remote).Assembly, typeof(YamlMap).Assembly, typeof(ILogger).Assembly,
        .. services.GetServices<TaskAssembly>().Select(t => t.Assembly),
    ];
}
