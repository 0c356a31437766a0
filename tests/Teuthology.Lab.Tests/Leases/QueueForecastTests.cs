namespace Teuthology.Lab.Tests;

public sealed class QueueForecastTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly LeaseTurn[] Turns = [Turn("big", 10), Turn("big", 20), Turn("big", 30), Turn("small", 5)];

    [Fact]
    public void Of_MachinesHeldForAWhile_AreFreeWhenTheUsualTimeIsOver()
    {
        // b1 is held since 5 minutes: the median of 10, 20, 30 is 20. b2 since 25: the only turn as long is 30.
        var places = Forecast([Held("b1", 5), Held("b2", 25)], Waiter(1, 1), Waiter(2, 1), Waiter(3, 2));

        // The first gets b2 in 5 minutes, the second b1 in 15; the third waits for both of those to be over.
        Assert.Equal([5, 15, 35], places.Select(Minutes));
        Assert.Equal([0, 1, 2], places.Select(p => p.Ahead));
    }

    [Fact]
    public void Of_WideOneInFront_HoldsUpOnlyThoseWhoWantItsMachines()
    {
        var places = Forecast([Held("b1", 5), Node("b2", "big"), Node("s1", "small")], Waiter(1, 2, "big"), Waiter(2, 1, "big", "small"), Waiter(3, 1, "big"));

        Assert.Equal([15, 0, 35], places.Select(Minutes));
        Assert.Equal([0, 1, 2], places.Select(p => p.Ahead));
    }

    [Fact]
    public void Of_NothingThatTells_IsUnknown()
    {
        var nodes = new[] { Held("o1", 5, "odd"), Node("k1", "kept") with { Locked = true, LockedSince = Now.AddDays(-1) } };

        var places = Forecast(nodes, Waiter(1, 1, "odd"), Waiter(2, 1, "kept"), Waiter(3, 3, "big"));

        Assert.All(places, p => Assert.Null(p.ExpectedAt));
    }

    [Fact]
    public void Of_HoldsAndMachinesThatRest_AreFreeAtTheirEnd()
    {
        var hold = Node("b1", "big") with { Locked = true, LockedSince = Now, ExpiresAt = Now.AddMinutes(90) };
        var rest = Node("s1", "small") with { Up = false, RetryAt = Now.AddMinutes(40) };
        var outlasting = Held("b2", 50);

        var places = Forecast([hold, rest, outlasting], Waiter(1, 1, "small"), Waiter(2, 2, "big"));

        // b2 outlasted all that was, and may last as long again.
        Assert.Equal([40, 90], places.Select(Minutes));
    }

    private static IReadOnlyList<QueuePlace> Forecast(NodeRecord[] nodes, params WaiterRecord[] waiters) => new QueueForecast(Turns, Now).Of(nodes, waiters);

    private static double Minutes(QueuePlace place) => (place.ExpectedAt!.Value - Now).TotalMinutes;

    private static NodeRecord Node(string name, string type) => new() { Name = name, MachineType = type };

    private static NodeRecord Held(string name, int minutes, string type = "big") =>
        Node(name, type) with { Locked = true, LockedSince = Now.AddMinutes(-minutes), ExpiresAt = Now.AddMinutes(1), Controller = "x" };

    private static WaiterRecord Waiter(long ticket, int count, params string[] types) => new()
    {
        Ticket = ticket, Owner = "me", Description = "x", Terms = new MachineTerms(types), Count = count, Since = Now, ExpiresAt = Now.AddMinutes(1), Controller = "x",
    };

    private static LeaseTurn Turn(string type, int minutes) => new("n", type, "me", "x", 1, Now.AddHours(-9), Now.AddHours(-9).AddMinutes(minutes), "released");
}
