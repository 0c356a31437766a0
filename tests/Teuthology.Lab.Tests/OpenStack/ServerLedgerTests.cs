using Microsoft.Extensions.Time.Testing;

namespace Teuthology.Lab.Tests;

public sealed class ServerLedgerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-ledger-").FullName;
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Begin_BudgetUsedUp_IsRefused()
    {
        await Ledger().BeginAsync("run", "c1", "small", 2, default);
        _time.Advance(TimeSpan.FromHours(1));
        await Ledger().BeginAsync("run", "c2", "small", 2, default);
        await Ledger().EndAsync("run", "c1");
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(2, await Ledger().HoursAsync("run", default), 6);
        var error = await Assert.ThrowsAsync<TeuthologyException>(() => Ledger().BeginAsync("run", "c3", "small", 2, default));
        Assert.Equal((FailureKind.Infrastructure, "the run has used 2 of its 2 server-hours: no new server is made for c3 (--budget, or `budget` under openstack)"), (error.Kind, error.Message));
        await Ledger().BeginAsync("other", "c3", "small", 2, default);
    }

    [Fact]
    public async Task Hours_LineCutInTwo_IsNone()
    {
        await Ledger().BeginAsync("run", "c1", "small", null, default);
        await File.AppendAllTextAsync(Path.Combine(_directory, "hours", "run"), "\n{\"begin\": \"c");
        _time.Advance(TimeSpan.FromHours(3));

        Assert.Equal(3, await Ledger().HoursAsync("run", default), 6);
    }

    private ServerLedger Ledger() => new(_directory, _time);
}
