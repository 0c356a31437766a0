using System.Reflection;
using Teuthology.Suites;

namespace Teuthology.Xunit.Tests.Settings;

public sealed class SuiteSettingsTests
{
    [Fact]
    public void Read_Variables_Win()
    {
        var settings = Read(new() { ["TEUTHOLOGY_SUITES"] = "/s", ["TEUTHOLOGY_ARCHIVE"] = "/a", ["TEUTHOLOGY_SUBSET"] = "1/3", ["TEUTHOLOGY_SEED"] = "-4", ["TEUTHOLOGY_PARALLEL"] = "9" });
        Assert.Equal("/s", settings.SuitesDirectory);
        Assert.Equal("/a", settings.ArchiveDirectory);
        Assert.Equal("1/3", settings.Subset?.ToString());
        Assert.Equal(-4, settings.Seed);
        Assert.Equal(9, settings.Parallel);
    }

    [Fact]
    public void Read_Overrides_StartWhereTheSuitesAre()
    {
        var settings = Read(new() { ["TEUTHOLOGY_SUITES"] = "/home/me/suites", ["TEUTHOLOGY_OVERRIDES"] = "debug.yaml:/etc/all.yaml" });
        Assert.Equal(["/home/me/debug.yaml", "/etc/all.yaml"], settings.Overrides);
    }

    [Fact]
    public void Read_CheckoutOfCeph_FindsItsSuitesAndTheOverlay()
    {
        using var checkout = new TempDirectory();
        Directory.CreateDirectory(Path.Combine(checkout.Path, "qa/suites/rados"));
        Directory.CreateDirectory(Path.Combine(checkout.Path, "qa/tasks"));
        File.WriteAllText(Path.Combine(checkout.Path, "qa/tasks/ceph.py"), "");
        File.WriteAllText(Path.Combine(checkout.Path, "qa/mine.yaml"), "a: 1");

        var settings = Read(new() { ["TEUTHOLOGY_SUITES"] = checkout.Path });

        Assert.Equal(Path.Combine(checkout.Path, "qa/suites"), settings.SuitesDirectory);
        Assert.Same(LabOverlay.Ceph, settings.Overlay);
        Assert.Null(Read(new() { ["TEUTHOLOGY_SUITES"] = checkout.Path, ["TEUTHOLOGY_OVERLAY"] = "none" }).Overlay);
        Assert.Equal(Path.Combine(checkout.Path, "qa/mine.yaml"), Read(new() { ["TEUTHOLOGY_SUITES"] = checkout.Path, ["TEUTHOLOGY_OVERLAY"] = "mine.yaml" }).Overlay?.Name);
        Assert.Null(Read(new() { ["TEUTHOLOGY_SUITES"] = checkout.Path, ["TEUTHOLOGY_MODE"] = "scheduled" }).Overlay);
    }

    [Fact]
    public void Read_Nothing_TakesDefaults()
    {
        var settings = Read([]);
        Assert.Null(settings.Subset);
        Assert.Null(settings.Parallel);
        Assert.Equal(0, settings.Seed);
        Assert.Equal(500, settings.MostJobs);
        Assert.Equal(20_000, Read(new() { ["TEUTHOLOGY_SUBSET"] = "0/3" }).MostJobs);
        Assert.Equal(7, Read(new() { ["TEUTHOLOGY_JOB_LIMIT"] = "7" }).MostJobs);
    }

    [Theory]
    [InlineData("TEUTHOLOGY_PARALLEL", "0")]
    [InlineData("TEUTHOLOGY_PARALLEL", "many")]
    [InlineData("TEUTHOLOGY_JOB_LIMIT", "-1")]
    [InlineData("TEUTHOLOGY_JOB_LIMIT", "99999999999")]
    [InlineData("TEUTHOLOGY_SEED", "x")]
    public void Read_WrongNumber_NamesTheVariable(string variable, string value)
    {
        var error = Assert.Throws<ConfigurationException>(() => Read(new() { [variable] = value }));
        Assert.Contains(variable, error.Message, StringComparison.Ordinal);
        Assert.Contains(value, error.Message, StringComparison.Ordinal);
    }

    private static SuiteSettings Read(Dictionary<string, string> environment) =>
        SuiteSettings.Read(Assembly.GetExecutingAssembly(), environment.GetValueOrDefault);
}
