using CsCheck;

namespace Teuthology.Lab.Tests;

/// <summary>
/// Random machines, and random claims of those who wait and those who just come: each gets exactly the first machines that fit, are free, and that nobody
/// in front of it could want; or none when they are too few.
/// </summary>
public abstract class LeaseLineModelTests(Engine engine)
{
    private static readonly string[] Types = ["a", "b"];
    private static readonly string?[] Systems = [null, "rhel", "ubuntu"];

    private sealed record Wish(int Count, string[] Types, string? OsType, int Names);

    private sealed record Step(int Kind, int Which, Wish Wish);

    private static Gen<string> AnyType => Gen.Int[0, 1].Select(i => Types[i]);

    private static Gen<string?> AnySystem => Gen.Int[0, 2].Select(i => Systems[i]);

    private static Gen<NodeRecord[]> Machines => Gen.Select(AnyType, AnySystem).Array[3, 8].Select(facts =>
        facts.Select((fact, i) => new NodeRecord { Name = $"n{i + 7}", MachineType = fact.Item1, OsType = fact.Item2 }).ToArray());

    private static Gen<Wish> AnyWish => Gen.Select(Gen.Int[1, 4], AnyType.Array[0, 2], AnySystem, Gen.Int[0, 3], (count, types, system, names) => new Wish(count, types, system, names));

    private static Gen<Step[]> Steps => Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9], AnyWish, (kind, which, wish) => new Step(kind, which, wish)).Array[1, 25];

    [SkippableFact]
    public async Task Claim_RandomLine_TakesWhatTheRulesSay()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 0);
        await Gen.Select(Machines, Steps).SampleAsync(
            async pair =>
            {
                foreach (var waiter in await fixture.Store.WaitersAsync(CancellationToken.None))
                    await fixture.Store.DequeueAsync(waiter.Ticket);
                foreach (var node in await fixture.Store.ListAsync(CancellationToken.None))
                    await fixture.Store.DeleteAsync(node.Name, CancellationToken.None);
                await fixture.Store.RegisterAsync(pair.Item1, CancellationToken.None);
                var line = new List<(long Ticket, ClaimRequest Claim)>();
                var leases = new List<Lease>();
                foreach (var step in pair.Item2)
                    if (!await DoAsync(fixture, step, line, leases))
                        return false;
                return true;
            },
            iter: 40,
            threads: 1);
    }

    private static async Task<bool> DoAsync(StoreFixture fixture, Step step, List<(long Ticket, ClaimRequest Claim)> line, List<Lease> leases)
    {
        var store = fixture.Store;
        var claim = Claim(step.Wish);
        switch (step.Kind)
        {
            case 0 or 1 or 2 when line.Count < 4:
                line.Add((await store.EnqueueAsync(claim, TimeSpan.FromHours(1)), claim));
                return true;
            case 3 or 4 when leases.Count > 0:
                var over = leases[step.Which % leases.Count];
                leases.Remove(over);
                return await store.ReleaseAsync(over) == over.Nodes.Count;
            case 5 or 6 when line.Count > 0:
                var (ticket, waiting) = line[step.Which % line.Count];
                if (!await TakesAsync(store, waiting, ticket, line, leases))
                    return false;
                if (leases.Count > 0 && leases[^1].Owner == waiting.Owner)
                {
                    line.RemoveAll(w => w.Ticket == ticket);
                    await store.DequeueAsync(ticket);
                }

                return true;
            default:
                return await TakesAsync(store, claim, long.MaxValue, line, leases);
        }
    }

    private static async Task<bool> TakesAsync(LeaseStore store, ClaimRequest claim, long ticket, List<(long Ticket, ClaimRequest Claim)> line, List<Lease> leases)
    {
        var mine = MachineTerms.Of(claim);
        var ahead = line.Where(w => w.Ticket < ticket).Select(w => MachineTerms.Of(w.Claim)).ToList();
        var expected = (await store.ListAsync(CancellationToken.None))
            .Where(n => !n.Locked && mine.Fit(n) && !ahead.Exists(terms => terms.Fit(n))).Select(n => n.Name).Take(claim.Count).ToList();
        var lease = await store.ClaimInTurnAsync(claim with { Owner = Owner(claim, leases.Count) }, ticket, CancellationToken.None);
        if (lease is not null)
            leases.Add(lease with { Owner = claim.Owner });
        return expected.Count < claim.Count ? lease is null : lease is not null && lease.Nodes.SequenceEqual(expected);
    }

    private static string Owner(ClaimRequest claim, int number) => $"{claim.Owner}{number}";

    private static ClaimRequest Claim(Wish wish) => new()
    {
        Count = wish.Count,
        Owner = Guid.NewGuid().ToString("N"),
        Description = "x",
        MachineTypes = wish.Types,
        OsType = wish.OsType,
        Among = wish.Names == 0 ? ["n7", "n8", "n10", "n12"] : null,
    };
}

public sealed class LeaseLineModelTestsOnSqlite() : LeaseLineModelTests(Engine.Sqlite);

public sealed class LeaseLineModelTestsOnPostgres() : LeaseLineModelTests(Engine.Postgres);
