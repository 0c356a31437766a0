using System.CommandLine;
using System.Text.Json;
using Teuthology;

namespace Teuthology.LockTest;

/// <summary>The command line.</summary>
internal static class LockTestCommands
{
    private const int Broken = 1;
    private const int Mistaken = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("""
            Tests the leases of machines in the manner of Jepsen: many clients, faults, and a checker that judges what was written down.

            Examples:
              locktest run --store sqlite                          16 clients on one file for 60 s
              locktest run --store postgres --seed 7 --history h.jsonl
              locktest run --store sqlite --mutant split-claim     must fail: the claim is done in two steps
              locktest check h.jsonl                               judges a history again
              locktest fairness                                    40 jobs that want 1 to 6 of 12 machines
            """);
        root.Add(Run());
        root.Add(Check());
        root.Add(Fairness());
        using var interrupted = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            interrupted.Cancel();
        };
        try
        {
            var line = root.Parse(args);
            if (line.Errors is [var error, ..])
                throw new HistoryException($"{error.Message} (locktest --help shows what there is)");
            return await line.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interrupted.Token);
        }
        catch (Exception e) when (e is HistoryException or ConfigurationException)
        {
            await Console.Error.WriteLineAsync($"locktest: {e.Message}");
            return Mistaken;
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return 130;
        }
    }

    private static Command Run()
    {
        var store = new Option<string>("--store") { Description = "What is tested: sqlite, postgres, or server (over HTTP)", DefaultValueFactory = _ => "sqlite" };
        var clients = new Option<int>("--clients") { Description = "Clients, each a process", DefaultValueFactory = _ => 16 };
        var machines = new Option<int>("--machines") { Description = "Machines, 1 to 99", DefaultValueFactory = _ => 12 };
        var seconds = new Option<double>("--seconds") { Description = "How long faults are made", DefaultValueFactory = _ => 60 };
        var seed = new Option<int>("--seed") { Description = "Draws what clients do and which faults come", DefaultValueFactory = _ => 1 };
        var mutant = new Option<string>("--mutant") { Description = "Tests something broken, which must be found: none, no-fence, split-claim, own-clock", DefaultValueFactory = _ => "none" };
        var history = new Option<string?>("--history") { Description = "Where the history goes; else it is thrown away when it is valid" };
        var json = new Option<bool>("--json") { Description = "The verdict for machines" };
        mutant.AcceptOnlyFromAmong("none", "no-fence", "split-claim", "own-clock");
        store.AcceptOnlyFromAmong("sqlite", "postgres", "server");
        var command = new Command("run", "Runs the test and judges its history; exit code 0 valid, 1 not valid, 2 mistaken options") { store, clients, machines, seconds, seed, mutant, history, json };
        command.SetAction(async (line, cancellationToken) =>
        {
            var kept = line.GetValue(history);
            var file = kept ?? Path.Combine(Path.GetTempPath(), $"lock-test-{Guid.NewGuid():N}.jsonl");
            var options = new TrialOptions
            {
                Store = line.GetValue(store)!,
                Clients = Within(line.GetValue(clients), 1, 99, "--clients"),
                Machines = Within(line.GetValue(machines), 4, 99, "--machines"),
                Seconds = line.GetValue(seconds),
                Seed = line.GetValue(seed),
                Mutant = line.GetValue(mutant) switch { "no-fence" => Mutant.NoFence, "split-claim" => Mutant.SplitClaim, "own-clock" => Mutant.OwnClock, _ => Mutant.None },
                History = Path.GetFullPath(file),
            };
            await using (var trial = new Trial(options, text => Console.Error.WriteLine($"locktest: {text}")))
                await trial.RunAsync(cancellationToken);
            var code = Judge(file, line.GetValue(json));
            if (kept is null && code == 0)
                File.Delete(file);
            else
                await Console.Error.WriteLineAsync($"locktest: the history is {file}");
            return code;
        });
        return command;
    }

    private static Command Check()
    {
        var file = new Argument<string>("file") { Description = "A history" };
        var json = new Option<bool>("--json") { Description = "The verdict for machines" };
        var command = new Command("check", "Judges a history; exit code 0 valid, 1 not valid, 2 not a history") { file, json };
        command.SetAction(line => Judge(line.GetValue(file)!, line.GetValue(json)));
        return command;
    }

    private static Command Fairness()
    {
        var usual = new FairnessOptions();
        var jobs = new Option<int>("--jobs") { Description = "Jobs", DefaultValueFactory = _ => usual.Jobs };
        var machines = new Option<int>("--machines") { Description = "Machines, 6 to 99", DefaultValueFactory = _ => usual.Machines };
        var longest = new Option<int>("--longest") { Description = "How long a job works at most, in milliseconds", DefaultValueFactory = _ => usual.LongestJob };
        var seed = new Option<int>("--seed") { Description = "Draws widths, lengths and faults", DefaultValueFactory = _ => usual.Seed };
        var sound = new Option<bool>("--no-faults") { Description = "No machine fails, no controller is killed, no lease is broken" };
        var command = new Command("fairness", "Jobs of 1 to 6 machines on one lab while machines fail, controllers are killed and leases broken; exit code 0 when every job was done and none was overtaken")
        {
            jobs, machines, longest, seed, sound,
        };
        command.SetAction(async (line, cancellationToken) =>
        {
            var options = new FairnessOptions
            {
                Jobs = Within(line.GetValue(jobs), 1, 1000, "--jobs"),
                Machines = Within(line.GetValue(machines), usual.Widest, 99, "--machines"),
                LongestJob = Within(line.GetValue(longest), 100, 60_000, "--longest"),
                Seed = line.GetValue(seed),
            };
            if (line.GetValue(sound))
                options = options with { StartFailures = 0, Kills = 0, Breaks = 0 };
            await using var run = new FairnessRun(options, text => Console.Error.WriteLine($"locktest: {text}"));
            var verdict = await run.RunAsync(cancellationToken);
            verdict.Write(Console.Out);
            return verdict.Done == verdict.Jobs && verdict.Overtakings == 0 ? 0 : Broken;
        });
        return command;
    }

    private static int Judge(string file, bool json)
    {
        var verdict = Checker.Check(HistoryFile.Read(file));
        if (json)
            Console.Out.WriteLine(JsonSerializer.Serialize(verdict, HistoryWriter.Json));
        else
            VerdictText.Write(verdict, Console.Out);
        return verdict.Valid ? 0 : Broken;
    }

    private static int Within(int value, int least, int most, string option) =>
        value >= least && value <= most ? value : throw new HistoryException($"{option} is {value}; it may be {least} to {most}");
}
