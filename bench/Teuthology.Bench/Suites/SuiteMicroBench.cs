using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Teuthology.Suites;
using Teuthology.Yaml;

namespace Teuthology.Bench;

/// <summary>The steps of expanding a suite, each alone and warm, on a matrix of 27,000 jobs made for it.</summary>
[MemoryDiagnoser]
public class SuiteMicroBench
{
    private const string Fragment = """
        overrides:
          ceph:
            conf:
              global: {osd pool default size: 2, ms inject socket failures: 2500}
              osd:
                osd objectstore: bluestore
                debug osd: 20
            log-ignorelist: [slow request, \(OSD_DOWN\), 'but it is still running']
        roles:
        - [mon.a, mon.b, osd.0, osd.1]
        - [mgr.x, client.0]
        tasks:
        - install:
        - ceph: {fs: xfs, wait-for-scrub: no}
        """;

    private readonly DirectoryInfo _suites = Directory.CreateTempSubdirectory("teuthology-micro-");
    private SuiteMatrix _matrix = null!;
    private JobMerger _merger = null!;
    private long _next;

    /// <summary>Runs them all; in this process, since a project made for each run would not find this one's central settings.</summary>
    public static int RunAll()
    {
        BenchmarkRunner.Run<SuiteMicroBench>(DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)));
        return 0;
    }

    [GlobalSetup]
    public void Setup()
    {
        var suite = _suites.CreateSubdirectory("s");
        File.WriteAllText(Path.Combine(suite.FullName, "%"), "");
        foreach (var facet in "abc")
            for (var i = 0; i < 30; i++)
                File.WriteAllText(Path.Combine(suite.CreateSubdirectory($"{facet}").FullName, $"{facet}{i}.yaml"), $"{Fragment}\nkey{i}: {facet}\n");
        _matrix = new SuiteTree(_suites.FullName).Build("s", new SuiteOptions());
        _merger = new JobMerger(_suites.FullName);
    }

    [GlobalCleanup]
    public void Cleanup() => _suites.Delete(recursive: true);

    [Benchmark(Description = "parse one fragment")]
    public object? Parse() => YamlLoader.Load(Fragment, "fragment.yaml");

    [Benchmark(Description = "read a suite's directory")]
    public object Build() => new SuiteTree(_suites.FullName).Build("s", new SuiteOptions());

    [Benchmark(Description = "one job by its index")]
    public object Index() => _matrix.Job(_next++ % 27_000);

    [Benchmark(Description = "merge one job of 3 fragments")]
    public object? Merge() => _merger.Merge(_matrix.Job(_next++ % 27_000));

    [Benchmark(Description = "write 27,000 descriptions")]
    public void Write() => new SuiteWriter(Stream.Null, SuiteFormat.Text).Write(_matrix, null, 0, default);

    [Benchmark(Description = "write 27,000 merged jobs")]
    public void WriteMerged() => new SuiteWriter(Stream.Null, SuiteFormat.Json).WriteMerged(_matrix, _merger, 0, default);
}
