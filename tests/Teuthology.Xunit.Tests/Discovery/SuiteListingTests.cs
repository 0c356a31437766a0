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
    public void List_MoreJobsThanTheLimit_TakesThePieceThatFitsAndTellsOfIt()
    {
        Wide();
        var entries = Listing("Suite=wide", limit: 16).List(null).ToList();
        var piece = Assert.IsType<PieceEntry>(entries[0]);
        Assert.Equal("wide: piece 0/2, 16 of 32 jobs", piece.Name);
        Assert.Contains("TEUTHOLOGY_SUBSET=1/2", piece.Reason, StringComparison.Ordinal);
        Assert.Equal(Piece("0/2"), entries.Skip(1).Select(Description));
    }

    [Fact]
    public void List_PieceThatTheReasonNames_HasTheOtherJobs()
    {
        Wide();
        var settings = Settings() with { JobLimit = 16, Subset = SuiteSubset.Parse("1/2") };
        var jobs = new SuiteListing(settings, CaseFilter.Parse("Suite=wide"), "Jobs.Run").List(null).Select(Description).ToList();
        Assert.Equal(Piece("1/2"), jobs);
        Assert.Equal(32, Piece("0/2").Concat(jobs).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void List_FilterThatMatchesMoreThanTheLimit_TakesThoseOfThePiece()
    {
        Wide();
        var entries = Listing("Suite=wide&Fragment~b/b1", limit: 4).List(null).ToList();
        Assert.Equal("wide: piece 0/2, 4 of 8 jobs", Assert.IsType<PieceEntry>(entries[0]).Name);
        Assert.Equal(4, entries.Skip(1).Select(Description).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0/1")]
    public void List_NoPieceFitsTheLimit_TellsHowToChoose(string? subset)
    {
        Wide();
        var settings = Settings() with { JobLimit = 3, Subset = subset is null ? null : SuiteSubset.Parse(subset) };
        var trouble = Assert.IsType<TroubleEntry>(Assert.Single(new SuiteListing(settings, CaseFilter.Parse("Suite=wide"), "Jobs.Run").List(null)));
        Assert.Contains("TEUTHOLOGY_SUBSET", trouble.Reason, StringComparison.Ordinal);
        Assert.Contains("32 jobs", trouble.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void List_FilterThatFitsTheLimit_GivesItsJobs() =>
        Assert.Equal(2, Listing("Suite=rbd&Fragment=basic/b/b1", limit: 3).List(null).OfType<JobEntry>().Count());

    [Fact]
    public void List_Subset_GivesAPieceOfEachSuite()
    {
        Wide();
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

    private IEnumerable<string> Piece(string subset) =>
        new SuiteTree(_suites.Path).Build("wide", new SuiteOptions { Subset = SuiteSubset.Parse(subset) }).Jobs().Select(j => j.Description);

    private void Wide()
    {
        _suites.Write("wide/%", "");
        for (var i = 0; i < 8; i++)
            _suites.Write($"wide/a/a{i}.yaml", "a: 0");
        for (var i = 0; i < 4; i++)
            _suites.Write($"wide/b/b{i}.yaml", "b: 0");
    }

    private static string Description(SuiteEntry entry) => Assert.IsType<JobEntry>(entry).Job.Description;

    private void Break(string suite)
    {
        Directory.Delete(_suites[suite], recursive: true);
        Directory.CreateDirectory(_suites[suite]);
    }

    private SuiteSettings Settings() => new() { SuitesDirectory = _suites.Path };

    private SuiteListing Listing(string? filter, int? limit = null) =>
        new(Settings() with { JobLimit = limit }, CaseFilter.Parse(filter), "Jobs.Run");

    private List<SuiteEntry> List(string? filter) => [.. Listing(filter).List(null)];
}
