using Teuthology.Yaml;

namespace Teuthology.Suites.Tests;

public sealed class LabOverlayTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-overlay-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Choose_TasksOfCephBesideTheSuites_IsCephs()
    {
        Assert.Null(LabOverlay.Choose(null, isOff: false, Suites));

        Write("qa/tasks/ceph.py", "");

        Assert.Same(LabOverlay.Ceph, LabOverlay.Choose(null, isOff: false, Suites + "/"));
        Assert.Null(LabOverlay.Choose(null, isOff: true, Suites));
    }

    [Fact]
    public void Ceph_OverAJob_KeepsWhatTheJobSaysAndGrowsItsLists()
    {
        var job = Job("{kernel: {kdb: true}, ktype: distro, workload-seq: [a], roles: [[mon.a]], overrides: {ceph: {log-ignorelist: [slow], conf: {osd: {debug osd: 25, osd op queue: wpq}}}}}");

        LabOverlay.Ceph.MergeInto(job);

        Assert.Equal(["workload-seq", "roles", "overrides", "archive-on-error", "ceph_cm_ansible"], job.Keys);
        var ceph = (YamlMap)((YamlMap)job["overrides"]!)["ceph"]!;
        Assert.Equal("dir", ceph["fs"]);
        Assert.Equal("slow", ((YamlList)ceph["log-ignorelist"]!)[0]);
        Assert.Contains(@"\(MDS_ALL_DOWN\)", (YamlList)ceph["log-ignorelist"]!);
        var osd = (YamlMap)((YamlMap)ceph["conf"]!)["osd"]!;
        Assert.Equal(("wpq", 5L), (osd["osd op queue"], Convert.ToInt64(osd["debug osd"], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void MergeInto_TwoJobs_ShareNothing()
    {
        var (one, other) = (new YamlMap(), new YamlMap());

        LabOverlay.Ceph.MergeInto(one);
        LabOverlay.Ceph.MergeInto(other);

        Assert.NotSame(one["overrides"], other["overrides"]);
    }

    [Fact]
    public void Compose_OverlayAndFileOfTheUser_UsersWins()
    {
        Write("qa/suites/s/a.yaml", "{kernel: x, a: 1, b: [1]}");
        var overlay = LabOverlay.Load(Write("lab.yaml", "{lab-overlay: {ignore: [kernel]}, a: 2, b: [2], c: 2}"));
        var composer = new JobComposer(Suites) { Lab = overlay, Overlays = [JobOverlay.Load(Write("mine.yaml", "{c: 3, kernel: mine}"))] };

        var job = composer.Compose(new SuiteTree(Suites).Build("s", new SuiteOptions()).Job(0))!.Config;

        Assert.Equal(("mine", "2", "[1,2]", "3"), (job["kernel"], CanonicalJson.Write(job["a"]), CanonicalJson.Write(job["b"]), CanonicalJson.Write(job["c"])));
        Assert.False(job.ContainsKey("lab-overlay"));
    }

    [Theory]
    [InlineData("lab-overlay: [kernel]", "'lab-overlay' is a mapping", 1)]
    [InlineData("a: 1\nlab-overlay: {drop: [kernel]}", "unknown key 'drop'", 2)]
    [InlineData("lab-overlay: {ignore: kernel}", "'ignore' is a list", 1)]
    [InlineData("[a]", "an overlay is a mapping", 1)]
    public void Load_NoSense_IsToldWithItsLine(string text, string told, int line)
    {
        var error = Assert.Throws<ConfigurationException>(() => LabOverlay.Load(Write("bad.yaml", text)));

        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.Equal(line, error.Mark!.Line);
    }

    private string Suites => Path.Combine(_directory, "qa", "suites");

    private static YamlMap Job(string text) => (YamlMap)YamlLoader.Load(text, "job.yaml")!;

    private string Write(string path, string text)
    {
        var file = Path.Combine(_directory, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }
}
