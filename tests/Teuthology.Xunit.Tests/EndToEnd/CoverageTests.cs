using System.Xml.Linq;

namespace Teuthology.Xunit.Tests.EndToEnd;

/// <summary>Alone, after all the others: coverlet rewrites the sample's assemblies in place, under any other process that has them mapped.</summary>
[CollectionDefinition(nameof(CoverageTests), DisableParallelization = true)]
[Collection(nameof(CoverageTests))]
public sealed class CoverageTests : IDisposable
{
    private readonly Sample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public async Task Project_Coverage_IsCollected()
    {
        _sample.Job("dummy/a", "tasks: []");
        var (exit, _) = await _sample.RunAsync("test", Sample.Project, "--no-build", "-p:TeuthologySample=true", "--collect", "XPlat Code Coverage", "--results-directory", "results");
        Assert.Equal(0, exit);
        var report = XDocument.Load(Assert.Single(_sample.Files("coverage.cobertura.xml")));
        Assert.Contains(report.Descendants("package"), p => p.Attribute("name")!.Value == "Teuthology.Xunit");
    }
}
