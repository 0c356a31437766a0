using Snapshooter.Xunit;
using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

public sealed class CephConfTests
{
    [Fact]
    public void Skeleton_Rendered_IsWhatWasApproved() => ConfSkeleton.Create().ToString().MatchSnapshot();

    [Fact]
    public void Merge_OverTheSkeleton_KeepsOrderAndSpelling()
    {
        var conf = ConfSkeleton.Create();
        conf.Merge(Map("""
            global:
              osd pool default size: 3
              osd_pool_default_min_size: 1
            osd:
              osd objectstore: memstore
              debug osd: 1/20
            client.0:
              rbd cache: off
              ratio: .5
              names: [a, b]
              empty:
            mds:
            """));
        conf.ToString().MatchSnapshot();
    }

    [Fact]
    public void Get_OptionSpelledInTwoWays_GivesTheLaterLine()
    {
        var conf = new CephConf();
        conf.Set("global", "osd pool default size", "2");
        conf.Set("global", "osd_pool_default_size", "3");
        Assert.Equal("3", conf.Get("global", "osd-pool-default-size"));
        Assert.Equal(2, conf.ToString().Split('\n').Count(l => l.Contains("size")));
        Assert.Null(conf.Get("osd", "osd pool default size"));
    }

    [Fact]
    public void Merge_SectionThatIsNoMapping_NamesItsPlace()
    {
        var error = Assert.Throws<ConfigurationException>(() => new CephConf().Merge(Map("global:\n  a: b\nosd: 7\n")));
        Assert.Contains("conf section 'osd' must be a mapping", error.Message);
        Assert.StartsWith("job.yaml:3:", error.Message);
    }

    private static YamlMap Map(string yaml) => (YamlMap)YamlLoader.Load(yaml, "job.yaml")!;
}
