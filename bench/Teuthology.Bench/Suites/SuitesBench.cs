using System.Globalization;
using System.Text.Json;

namespace Teuthology.Bench;

/// <summary>Expanding suites of Ceph QA in fresh processes, beside upstream's own code where it can run here.</summary>
public static class SuitesBench
{
    private const string Usage = "usage: … suites SUITES_DIR [--upstream CHECKOUT] [--all] [--rounds N] [--json]";

    public static async Task<int> RunAsync(string repository, string[] arguments)
    {
        var suites = arguments.FirstOrDefault(a => !a.StartsWith('-'));
        var cli = Path.Combine(repository, "artifacts/bin/Teuthology.Cli/release/teuthology");
        if (suites is null || !Directory.Exists(Path.Combine(suites, "rados")) || !File.Exists(cli))
        {
            Console.Error.WriteLine(suites is null ? Usage
                : File.Exists(cli) ? $"{suites} holds no suite rados: name the qa/suites of a Ceph checkout"
                : $"{cli} does not exist: dotnet build -c Release src/Teuthology.Cli (in the repository's root)");
            return 2;
        }

        var rounds = int.Parse(Option(arguments, "--rounds") ?? "3", CultureInfo.InvariantCulture);
        await using var upstream = await Upstream.FindAsync(Option(arguments, "--upstream") ?? Environment.GetEnvironmentVariable("TEUTHOLOGY_UPSTREAM"), "yaml");
        var start = await BestAsync(rounds, () => Measured.RunAsync(cli, ["--version"]));
        var rows = new List<SuiteRow> { new("start of the program (--version)", start, null, "") };
        foreach (var item in SuiteCase.All)
        {
            var ours = await BestAsync(rounds, () => Measured.RunAsync(cli, ["suite", "expand", .. item.Arguments, "--suite-dir", suites]));
            if (item.SubtractsStart)
                ours = ours with { CpuSeconds = Math.Max(0, ours.CpuSeconds - start.CpuSeconds), WallSeconds = Math.Max(0, ours.WallSeconds - start.WallSeconds) };
            var (theirs, why) = item.Upstream is null ? (null, "")
                : item.IsHuge && !arguments.Contains("--all") ? (null, "minutes: --all")
                : await upstream.RunAsync(suites, item.Upstream);
            rows.Add(new SuiteRow(item.Name, ours, theirs, why));
        }

        foreach (var filter in new[] { "Suite=rbd", null })
            rows.Add(await ListTestsAsync(repository, suites, filter));
        Tell(rows, upstream.Remark, arguments.Contains("--json"));
        return 0;
    }

    private static string? Option(string[] arguments, string name) => Array.IndexOf(arguments, name) is var at and >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;

    private static async Task<Measured> BestAsync(int rounds, Func<Task<Measured>> run)
    {
        var best = await run();
        for (var round = 1; round < rounds; round++)
        {
            var next = await run();
            best = next.CpuSeconds < best.CpuSeconds ? next : best;
        }

        return best;
    }

    private static async Task<SuiteRow> ListTestsAsync(string repository, string suites, string? filter)
    {
        var name = $"dotnet test --no-build --list-tests{(filter is null ? "" : $" --filter {filter}")}";
        try
        {
            string[] chosen = filter is null ? [] : ["--filter", filter];
            var environment = new Dictionary<string, string> { ["TEUTHOLOGY_SUITES"] = Path.GetFullPath(suites) };
            string[] command = ["test", Path.Combine(repository, "tests/Teuthology.Suites.Jobs"), "--no-build", "--list-tests", .. chosen];
            return new SuiteRow(name, await Measured.RunAsync("dotnet", command, environment), null, "");
        }
        catch (InvalidOperationException e)
        {
            return new SuiteRow(name, null, null, e.Message);
        }
    }

    private static void Tell(List<SuiteRow> rows, string upstream, bool json)
    {
        if (json)
        {
            foreach (var row in rows)
                Console.WriteLine(JsonSerializer.Serialize(row.ForJson(), JsonSerializerOptions.Web));
            return;
        }

        Console.WriteLine($"{Environment.ProcessorCount} processors, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the end; CPU seconds (best round), peak MB of the largest process, wall seconds");
        Console.WriteLine($"upstream: {upstream}\n");
        Console.WriteLine($"{"",-56}{"CPU s",9}{"MB",7}{"wall s",9}{"upstream CPU s",17}{"MB",7}{"ratio",9}");
        foreach (var row in rows)
            Console.WriteLine(row);
    }
}
