using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Teuthology.Lab;

namespace Teuthology.LockTest;

/// <summary>Many jobs of all widths want the machines of one lab at once, while machines fail, controllers are killed and leases broken.</summary>
internal sealed class FairnessRun(FairnessOptions options, Action<string> tell) : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);
    private readonly string _directory = Directory.CreateTempSubdirectory("fairness-").FullName;
    private readonly Random _random = new(options.Seed);
    private readonly Channel<(ControllerRun From, JobEvent What)> _events = Channel.CreateUnbounded<(ControllerRun, JobEvent)>();
    private readonly List<Attempt> _attempts = [];
    private readonly Dictionary<int, (ControllerRun Where, Attempt What)> _open = [];
    private readonly List<ControllerRun> _controllers = [];
    private (int Width, int Milliseconds)[] _jobs = [];
    private long _start;
    private int _made;

    public async Task<FairnessVerdict> RunAsync(CancellationToken cancellationToken)
    {
        _jobs = [.. Enumerable.Range(0, options.Jobs).Select(_ => (_random.Next(1, options.Widest + 1), _random.Next(options.LongestJob / 4, options.LongestJob)))];
        tell($"starting {options.Controllers} controllers");
        for (var i = 0; i < options.Controllers; i++)
            _controllers.Add(await BeginAsync());
        _start = Stopwatch.GetTimestamp();
        for (var job = 0; job < _jobs.Length; job++)
            await GiveAsync(job, _controllers[job % _controllers.Count]);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(Deadline);
        var done = 0;
        var faults = FaultsAfter();
        await using var store = new LeaseStore(StorePlace.OfHost(_directory), TimeProvider.System);
        while (done < _jobs.Length)
        {
            var (from, what) = await _events.Reader.ReadAsync(over.Token);
            if (!_open.TryGetValue(what.Job, out var open) || open.Where != from)
                continue;
            done += await NoteAsync(what, open.What) ? 1 : 0;
            if (faults.Count > 0 && done >= faults.Peek().Done)
                await HurtAsync(faults.Dequeue().Kill, store);
        }

        return new FairnessVerdict(_attempts, _jobs.Length, options.Machines);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var controller in _controllers)
            await controller.DisposeAsync();
        await new LoopbackProvisioner(new LabOptions { StateDirectory = _directory, MaxNodes = options.Machines }, TimeProvider.System).DownAsync(CancellationToken.None);
        Directory.Delete(_directory, recursive: true);
    }

    // Faults come as the work goes on, not by the clock: a slow host has as many.
    private Queue<(int Done, bool Kill)> FaultsAfter() => new(Enumerable.Range(0, options.Kills + options.Breaks)
        .Select(i => (Done: _random.Next(1, Math.Max(2, _jobs.Length * 3 / 4)), Kill: i < options.Kills)).OrderBy(f => f.Done));

    private async Task<bool> NoteAsync(JobEvent what, Attempt attempt)
    {
        var at = Stopwatch.GetElapsedTime(_start, what.At).TotalSeconds;
        switch (what.What)
        {
            case "queued" when double.IsNaN(attempt.Queued):
                attempt.Queued = at;
                return false;
            case "claimed":
                attempt.Queued = double.IsNaN(attempt.Queued) ? at : attempt.Queued;
                attempt.Claimed = at;
                return false;
            case "returned" when attempt.HasHeld:
                attempt.HeldBefore.Add(at - attempt.Claimed);
                attempt.Queued = attempt.Claimed = double.NaN;
                return false;
            case "done":
                attempt.Ended = at;
                _open.Remove(what.Job);
                tell($"{at:0.0} s: job {what.Job} of {attempt.Width} machines is done");
                return true;
            case "failed":
                Fail(what.Job, at, what.Text!.Contains("does not come up", StringComparison.Ordinal) ? "machines did not come up" : "the lease was lost");
                tell($"{at:0.0} s: job {what.Job} failed and is asked for again: {what.Text}");
                await GiveAsync(what.Job, _controllers[_random.Next(_controllers.Count)]);
                return false;
            default:
                return false;
        }
    }

    private void Fail(int job, double at, string why)
    {
        var attempt = _open[job].What;
        (attempt.Ended, attempt.Failure) = (at, why);
        _open.Remove(job);
    }

    private async Task HurtAsync(bool kill, LeaseStore store)
    {
        if (!kill)
        {
            var holders = _open.Where(o => o.Value.What.HasHeld).Select(o => o.Key).ToList();
            if (holders.Count == 0)
                return;
            var job = holders[_random.Next(holders.Count)];
            var freed = await store.BreakAsync($"job{job}@fairness", null, CancellationToken.None);
            if (freed.Count > 0)
                _open[job].What.Broken = Stopwatch.GetElapsedTime(_start).TotalSeconds;
            tell($"somebody unlocks the machines of job {job}: {(freed.Count > 0 ? string.Join(", ", freed) : "it had given them back")}");
            return;
        }

        var place = _random.Next(_controllers.Count);
        var victim = _controllers[place];
        var jobs = _open.Where(o => o.Value.Where == victim).Select(o => o.Key).ToList();
        tell($"controller {victim.Name} is killed with {jobs.Count} jobs");
        await victim.KillAsync();
        var at = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        jobs.ForEach(job => Fail(job, at, "its controller was killed"));
        _controllers[place] = await BeginAsync();
        await victim.DisposeAsync();
        foreach (var job in jobs)
            await GiveAsync(job, _controllers[place]);
    }

    private async Task GiveAsync(int job, ControllerRun controller)
    {
        var attempt = new Attempt(job, _jobs[job].Width);
        _attempts.Add(attempt);
        _open[job] = (controller, attempt);
        await controller.GiveAsync($"{job} {_jobs[job].Width} {_jobs[job].Milliseconds}");
    }

    private async Task<ControllerRun> BeginAsync()
    {
        var number = ++_made;
        var controller = new ControllerRun($"k{number}", [_directory, Text(options.Machines), Text(options.StartFailures), Text((options.Seed * 1000) + number)], _events.Writer);
        await controller.ReadyAsync();
        return controller;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
