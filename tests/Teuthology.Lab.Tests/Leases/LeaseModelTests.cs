using CsCheck;

namespace Teuthology.Lab.Tests;

/// <summary>Random claims, renewals, releases, breaks and passing time, against a few lines that say what must come out.</summary>
public abstract class LeaseModelTests(Engine engine)
{
    private const int Nodes = 5;
    private const int Minute = 60;

    private abstract record Step;

    private sealed record Claim(int Owner, int Count) : Step;

    private sealed record Renew(int Lease) : Step;

    private sealed record Release(int Lease) : Step;

    private sealed record Break(int Owner) : Step;

    private sealed record Pass(int Seconds) : Step;

    private static Gen<Step> AnyStep => Gen.Frequency(
        (5, Gen.Select(Gen.Int[0, 2], Gen.Int[1, Nodes], Step (owner, count) => new Claim(owner, count))),
        (3, Gen.Int[0, 9].Select(Step (lease) => new Renew(lease))),
        (3, Gen.Int[0, 9].Select(Step (lease) => new Release(lease))),
        (1, Gen.Int[0, 2].Select(Step (owner) => new Break(owner))),
        (2, Gen.Int[1, 45].Select(Step (seconds) => new Pass(seconds))));

    [SkippableFact]
    public async Task Store_RandomSteps_DoesWhatTheModelSays() =>
        await AnyStep.Array[1, 30].SampleAsync(
            async steps =>
            {
                await using var fixture = await StoreFixture.CreateAsync(engine, Nodes);
                var model = new Model();
                foreach (var step in steps)
                    if (await RealAsync(fixture, model, step) != model.Apply(step))
                        return false;
                return (await fixture.LockedAsync()).SequenceEqual(model.Locked);
            },
            iter: engine == Engine.Sqlite ? 60 : 20,
            threads: 1,
            print: steps => string.Join("; ", steps.Select(s => s.ToString())));

    private static async Task<string> RealAsync(StoreFixture fixture, Model model, Step step)
    {
        switch (step)
        {
            case Claim(var owner, var count):
                var lease = await fixture.TryAsync(count, $"o{owner}");
                if (lease is null)
                    return "none";
                model.Real.Add(lease);
                return $"{lease.Fence}: {string.Join(' ', lease.Nodes)}";
            case Renew(var number):
                return number < model.Real.Count ? $"{await fixture.Store.RenewAsync(model.Real[number], TimeSpan.FromSeconds(Minute), default)}" : "";
            case Release(var number):
                return number < model.Real.Count ? $"{await fixture.Store.ReleaseAsync(model.Real[number])}" : "";
            case Break(var owner):
                return string.Join(' ', await fixture.Store.BreakAsync($"o{owner}", null, default));
            case Pass(var seconds):
                fixture.Clock.Advance(TimeSpan.FromSeconds(seconds));
                return "";
            default:
                throw new InvalidOperationException(step.ToString());
        }
    }

    private sealed class Model
    {
        private readonly (long Fence, int Owner, int Until, bool Locked)[] _nodes = new (long, int, int, bool)[Nodes];
        private int _now;
        private long _fence;

        /// <summary>What the store gave, in order; its n-th lease has fence n + 1.</summary>
        public List<Lease> Real { get; } = [];

        public IEnumerable<string> Locked => Names(Enumerable.Range(0, Nodes).Where(i => _nodes[i].Locked));

        public string Apply(Step step)
        {
            switch (step)
            {
                case Claim(var owner, var count):
                    var free = Enumerable.Range(0, Nodes).Where(i => !_nodes[i].Locked || _nodes[i].Until <= _now)
                        .OrderBy(i => _nodes[i].Locked).Take(count).Order().ToList();
                    if (free.Count < count)
                        return "none";
                    _fence++;
                    free.ForEach(i => _nodes[i] = (_fence, owner, _now + Minute, true));
                    return $"{_fence}: {string.Join(' ', Names(free))}";
                case Renew(var number) when number < _fence:
                    var held = Of(number);
                    var whole = held.Count == Real[number].Nodes.Count;
                    if (whole)
                        held.ForEach(i => _nodes[i].Until = _now + Minute);
                    return $"{whole}";
                case Release(var number) when number < _fence:
                    var freed = Of(number);
                    freed.ForEach(i => _nodes[i].Locked = false);
                    return $"{freed.Count}";
                case Break(var owner):
                    var broken = Enumerable.Range(0, Nodes).Where(i => _nodes[i].Locked && _nodes[i].Owner == owner).ToList();
                    broken.ForEach(i => _nodes[i].Locked = false);
                    return string.Join(' ', Names(broken));
                case Pass(var seconds):
                    _now += seconds;
                    return "";
                default:
                    return "";
            }
        }

        private static IEnumerable<string> Names(IEnumerable<int> nodes) => nodes.Select(i => $"n{i + 1}");

        private List<int> Of(int lease) => [.. Enumerable.Range(0, Nodes).Where(i => _nodes[i].Locked && _nodes[i].Fence == lease + 1)];
    }
}

public sealed class LeaseModelTestsOnSqlite() : LeaseModelTests(Engine.Sqlite);

public sealed class LeaseModelTestsOnPostgres() : LeaseModelTests(Engine.Postgres);
