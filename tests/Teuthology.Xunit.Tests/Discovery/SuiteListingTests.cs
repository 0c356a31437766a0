using Teuthology.Suites;

namespace Teuthology.Xunit.Tests.Discovery;

public sealed class SuiteListingTests : IDisposable
{
    private readonly TempDirectory _suites = new();

    public SuiteListingTests()
    {
        foreach (var suite in (string[])["rbd", "fs"])
        {
            _suites.Write($"{suite}/basic/%", "");
            _suites.Write($"{suite}/basic/a/a0.yaml", "a: 0");
            _suites.Write($"{suite}/basic/a/a1.yaml", "a: 1");
            _suites.Write($"{suite}/basic/b/b0.yaml", "b: 0");
            _suites.Write($"{suite}/basic/b/b1.yaml", "b: 1");
        }
    }

    public void Dispose() => _suites.Dispose();

    [Fact]
    public void List_NoFilter_GivesEachSuiteInOrder() => Assert.Equal(
        [.. Descriptions("fs"), .. Descriptions("rbd")],
        List(null).Select(Description));

    [Fact]
    public void List_SuiteFilter_NeverLooksAtOtherSuites()
    {
        Break("fs");
        Assert.Equal(Descriptions("rbd"), List("Suite=rbd").Select(Description));
    }

    [Fact]
    public void List_FragmentFilter_KeepsTheJobsThatHaveIt() => Assert.Equal(
        ["rbd/basic/{a/a1 b/b1}", "rbd/basic/{a/a1 b/b0}"],
        List("Suite=rbd&Fragment~a1").Select(Description));

    [Fact]
    public void List_OneSuiteAsked_GivesOnlyThat() => Assert.Equal(Descriptions("fs"), Listing(null).List("fs").Select(Description));

    [Fact]
    public void List_HiddenDirectory_IsNoSuite()
    {
        _suites.Write(".qa/x.yaml", "x: 1");
        Assert.DoesNotContain(List(null), e => e.Suite == ".qa");
    }

    [Fact]
    public void List_BrokenSuite_IsOneTroubleAndOthersGoOn()
    {
        Break("fs");
        var entries = List(null);
        var trouble = Assert.Single(entries.OfType<TroubleEntry>());
        Assert.Equal("fs", trouble.Suite);
        Assert.Contains(_suites["fs"], trouble.Reason, StringComparison.Ordinal);
        Assert.Equal(Descriptions("rbd"), entries.OfType<JobEntry>().Select(Description));
    }

    [Fact]
    public void List_MoreJobsThanTheLimit_TellsHowToChoose()
    {
        var trouble = Assert.IsType<TroubleEntry>(Assert.Single(Listing("Suite=rbd", limit: 3).List(null)));
        Assert.Contains("TEUTHOLOGY_SUBSET", trouble.Reason, StringComparison.Ordinal);
        Assert.Contains("4 jobs", trouble.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void List_FilterThatFitsTheLimit_GivesItsJobs() =>
        Assert.Equal(2, Listing("Suite=rbd&Fragment=basic/b/b1", limit: 3).List(null).OfType<JobEntry>().Count());

    [Fact]
    public void List_FilterThatMatchesTooMany_TellsHowToChoose() =>
        Assert.IsType<TroubleEntry>(Assert.Single(Listing("Suite=rbd&Fragment~b", limit: 3).List(null)));

    [Fact]
    public void List_Subset_GivesAPieceOfEachSuite()
    {
        for (var i = 0; i < 8; i++)
            _suites.Write($"wide/a/a{i}.yaml", "a: 0");
        _suites.Write("wide/%", "");
        for (var i = 0; i < 4; i++)
            _suites.Write($"wide/b/b{i}.yaml", "b: 0");
        var settings = Settings() with { Subset = SuiteSubset.Parse("1/4") };
        Assert.Equal(
            new SuiteTree(_suites.Path).Build("wide", new SuiteOptions { Subset = settings.Subset }).Jobs().Select(j => j.Description),
            new SuiteListing(settings, null, "Jobs.Run").List("wide").Select(Description));
        Assert.InRange(new SuiteListing(settings, null, "Jobs.Run").List("wide").Count(), 8, 31);
    }

    [Fact]
    public void List_NoDirectory_IsOneTroubleThatNamesIt()
    {
        var listing = new SuiteListing(Settings() with { SuitesDirectory = "/nonexistent/suites" }, null, "Jobs.Run");
        Assert.Contains("/nonexistent/suites", Assert.IsType<TroubleEntry>(Assert.Single(listing.List(null))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void List_FilterOnAnotherMethod_GivesNothing() => Assert.Empty(List("FullyQualifiedName~Other.Run"));

    private static string[] Descriptions(string suite) =>
        [.. new[] { "a0 b/b0", "a1 b/b1", "a1 b/b0", "a0 b/b1" }.Select(picks => $"{suite}/basic/{{a/{picks}}}")];

    private static string Description(SuiteEntry entry) => Assert.IsType<JobEntry>(entry).Job.Description;

    private void Break(string suite)
    {
        Directory.Delete(_suites[suite], recursive: true);
        Directory.CreateDirectory(_suites[suite]);
    }

    private SuiteSettings Settings() => new() { SuitesDirectory = _suites.Path };

    private SuiteListing Listing(string? filter, int limit = SuiteSettings.DefaultJobLimit) =>
        new(Settings() with { JobLimit = limit }, CaseFilter.Parse(filter), "Jobs.Run");

    private List<SuiteEntry> List(string? filter) => [.. Listing(filter).List(null)];
}
