using System.Text.Json.Nodes;

namespace Teuthology.Cli.Tests;

/// <summary><c>lab doctor</c> as it is typed.</summary>
public sealed class LabDoctorTests
{
    [Fact]
    public async Task Doctor_ConfigurationThatIsWrong_IsTroubleWithItsPlace()
    {
        using var cli = new Cli();
        var file = cli.Write("site.yaml", "lab_domain: a\nmax_job_time: [\n");
        cli.Environment["TEUTHOLOGY_CONFIG"] = file;

        var result = await cli.RunAsync("lab", "doctor", "--lab", "loopback");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"trouble configuration: {file}:", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_Json_TellsEveryFinding()
    {
        using var cli = new Cli();
        cli.Environment["HOME"] = cli.Directory;

        var result = await cli.RunAsync("lab", "doctor", "--json", "--lab", "loopback");

        var told = JsonNode.Parse(result.Output)!;
        Assert.Equal(result.ExitCode == 0, (bool)told["well"]!);
        var areas = told["findings"]!.AsArray().Select(f => (string)f!["area"]!).Distinct().ToList();
        Assert.Equal(["configuration", "host", "space", "store"], areas.Intersect(["configuration", "host", "space", "store"]));
        Assert.All(told["findings"]!.AsArray(), f => Assert.Contains((string)f!["level"]!, new[] { "well", "warning", "trouble" }));
    }
}
