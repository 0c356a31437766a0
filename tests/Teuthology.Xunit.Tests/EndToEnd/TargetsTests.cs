using System.Text.Json;

namespace Teuthology.Xunit.Tests.EndToEnd;

/// <summary>Which projects <c>dotnet test --filter …</c> on the solution concerns.</summary>
public sealed class TargetsTests : IDisposable
{
    private static readonly string s_jobs = Path.Combine(Sample.Project, "Teuthology.Xunit.Sample.csproj");
    private static readonly string s_other = Path.GetFullPath(Path.Combine(Sample.Project, "../Teuthology.Xunit.Tests/Teuthology.Xunit.Tests.csproj"));
    private readonly Sample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Theory]
    [InlineData("Suite=rbd", true, false)]
    [InlineData("(Suite=rbd|suite=fs)&Fragment!~x y", true, false)]
    [InlineData("Job~rbd/{a b}", true, false)]
    [InlineData("FullyQualifiedName~Suite", false, true)]
    [InlineData("SomeClass", false, true)]
    [InlineData("Suite=rbd|FullyQualifiedName~X", true, true)]
    public async Task Solution_Filter_ConcernsTheProjectsItNames(string filter, bool jobs, bool others)
    {
        Assert.Equal(jobs, await IsTestedAsync(s_jobs, filter, solution: true));
        Assert.Equal(others, await IsTestedAsync(s_other, filter, solution: true));
    }

    [Fact]
    public async Task Project_AnyFilter_IsTested() =>
        Assert.True(await IsTestedAsync(s_other, "Suite=rbd", solution: false));

    private async Task<bool> IsTestedAsync(string project, string filter, bool solution)
    {
        var (exit, output) = await _sample.RunAsync(
        [
            "msbuild", project, "-getProperty:IsTestProject,TargetFramework", "-p:TeuthologySample=true", $"-p:VSTestTestCaseFilter={filter}", .. solution ? ["-p:SolutionPath=/x.sln"] : Array.Empty<string>(),
        ]);
        Assert.True(exit == 0, output);
        using var answer = JsonDocument.Parse(output);
        return answer.RootElement.GetProperty("Properties").GetProperty("IsTestProject").GetString() == "true";
    }
}
