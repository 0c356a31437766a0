using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Teuthology.Lab;

namespace Teuthology.Cli.Tests;

/// <summary>A C program built with <c>--coverage</c>, run by jobs on two machines, and the report of what ran.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class CoverageVerbTests : IAsyncLifetime
{
    private const string Program = """
        #include <stdio.h>

        static int twice(int n)
        {
            return n * 2;
        }

        static int never(int n)
        {
            return n * 3;
        }

        int main(int argc, char **argv)
        {
            if (argc > 1)
                printf("%s %d\n", argv[1], twice(argc));
            else
                puts("nothing");
            return argc > 9 ? never(argc) : 0;
        }

        """;

    private const string Unused = "int unused(void)\n{\n    return 1;\n}\n";
    private readonly Cli _cli = new();

    private string _lab = "loopback";

    public Task InitializeAsync() => DebianPrograms.RequireAsync("gcc", "lcov");

    public async Task DisposeAsync()
    {
        await TeuthologyProgram.RunAsync(Start("lab", "down", "--force", "--lab", _lab));
        _cli.Dispose();
    }

    [SkippableTheory]
    [InlineData("loopback")]
    [InlineData("root")]
    public async Task Coverage_OfProgramRunOnTwoMachines_CountsEveryLineExactly(string lab)
    {
        _lab = lab;
        Skip.If(lab == "root" && !Environment.IsPrivilegedProcess, "needs root for machines with a root of their own; run the tests as root");
        var options = new LabOptions { StateDirectory = _cli.State };
        IProvisioner provisioner = lab == "root" ? new RootProvisioner(options, TimeProvider.System) : new LoopbackProvisioner(options, TimeProvider.System);
        var offer = await provisioner.DescribeAsync(default);
        Skip.If(offer.Machines < 2, $"this host can have no {lab} lab: {offer.Remedy}");
        var build = Path.Combine(_cli.Directory, "build");
        _cli.Write("build/prog.c", Program);
        _cli.Write("build/unused.c", Unused);
        using (var gcc = Process.Start(new ProcessStartInfo("sh", ["-c", "gcc --coverage -O0 -c prog.c unused.c && gcc --coverage prog.o unused.o -o prog && chmod -R a+rX ."]) { WorkingDirectory = build })!)
        {
            await gcc.WaitForExitAsync();
            Assert.Equal(0, gcc.ExitCode);
        }

        // Machines of the root lab see nothing of this host: the program is brought to them within the job.
        var bring = "";
        if (lab == "root")
        {
            using var packed = new MemoryStream();
            await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
                await gzip.WriteAsync(await File.ReadAllBytesAsync(Path.Combine(build, "prog")));
            bring = $"- exec: {{all-hosts: ['mkdir -p {build}; echo {Convert.ToBase64String(packed.ToArray())} | base64 -d | gunzip >{build}/prog; chmod 755 {build}/prog']}}\n";
        }

        var job = "roles: [[a.0], [b.0]]\ntasks:\n%p- coverage:\n- exec:\n    a.0: ['%b/prog one', '%b/prog two']\n    b.0: ['%b/prog']\n".Replace("%b", build).Replace("%p", bring);
        _cli.Write("suites/cov/first.yaml", job);
        _cli.Write("suites/cov/second.yaml", "roles: [[a.0]]\ntasks:\n%p- coverage:\n- pexec: {a.0: ['%b/prog three']}\n".Replace("%b", build).Replace("%p", bring));
        _cli.Write("suites/cov/without.yaml", "tasks: []\n");
        var run = await TeuthologyProgram.RunAsync(Start("suite", "run", "cov", "--suite-dir", _cli.Directory, "--lab", lab, "--name", "cov-run"));
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Empty(Directory.GetFiles(build, "*.gcda")); // nothing is left where the program was built

        var archive = Path.Combine(_cli.Directory, "archive/cov-run");
        var result = await _cli.RunAsync("coverage", "-o", "out", "--html-output", "html", "--json", archive);

        Assert.True(result.ExitCode == 0, result.Error);
        var rows = result.Lines.Select(line => JsonNode.Parse(line)!).ToDictionary(row => (string)row["test"]!);
        Assert.Equal(["1", "2", "total"], rows.Keys);
        Assert.Equal("total for cov", (string)rows["total"]["suite"]!);
        Assert.Equal("5:2 10:0 15:3 16:2 18:1 19:3", Lines("1", "prog.c", 5, 10, 15, 16, 18, 19));
        Assert.Equal("5:1 15:1 16:1 18:0 19:1", Lines("2", "prog.c", 5, 15, 16, 18, 19));
        Assert.Equal("5:3 10:0 15:4 16:3 18:1 19:4", Lines("total", "prog.c", 5, 10, 15, 16, 18, 19));
        Assert.Equal("1:0 3:0", Lines("total", "unused.c", 1, 3));
        Assert.Equal((11, 7, 4, 2), ((int)rows["total"]["lines"]!, (int)rows["total"]["lines_hit"]!, (int)rows["total"]["functions"]!, (int)rows["total"]["functions_hit"]!));
        Assert.Equal(63.6, (double)rows["total"]["line_cov"]!);
        Assert.Contains("prog.c", await File.ReadAllTextAsync(Directory.GetFiles(Path.Combine(_cli.Directory, "html/total"), "index.html", SearchOption.AllDirectories).First(f => File.ReadAllText(f).Contains("prog.c"))));
        Assert.True(File.Exists(Path.Combine(_cli.Directory, "html/1/index.html")));

        var touched = await _cli.RunAsync("coverage", "-o", "out2", "--skip-init", "--build-dir", build, archive);
        Assert.True(touched.ExitCode == 0, touched.Error);
        Assert.Contains("total", touched.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Coverage_RunWithoutCounts_IsBadInput()
    {
        _cli.Write("run/1/summary.yaml", "status: pass\n");
        (await _cli.RunAsync("coverage", "-o", "out", "run")).AssertBadInput("no finished job has gcov counts");
    }

    [Fact]
    public async Task Coverage_ToolsThatAreNotThere_IsBadInput()
    {
        _cli.Write("run/1/summary.yaml", "status: pass\n");
        var notes = _cli.Write("build/a.gcno", "");
        _cli.Write("run/1/remote/n1/coverage" + Path.ChangeExtension(notes, ".gcda"), "");
        (await _cli.RunAsync("coverage", "-o", "out", "--cov-tools-dir", "nowhere", "run")).AssertBadInput("--cov-tools-dir", "lcov");
    }

    private string Lines(string test, string source, params int[] lines)
    {
        var inside = false;
        var counts = new Dictionary<int, string>();
        foreach (var record in File.ReadLines(Path.Combine(_cli.Directory, "out", test + ".lcov")))
        {
            if (record.StartsWith("SF:", StringComparison.Ordinal))
                inside = record.EndsWith("/" + source, StringComparison.Ordinal);
            else if (inside && record.StartsWith("DA:", StringComparison.Ordinal))
                counts[int.Parse(record[3..].Split(',')[0])] = (int.Parse(counts.GetValueOrDefault(int.Parse(record[3..].Split(',')[0]), "0")) + int.Parse(record.Split(',')[1])).ToString();
        }

        return string.Join(' ', lines.Where(counts.ContainsKey).Select(line => $"{line}:{counts[line]}"));
    }

    private ProcessStartInfo Start(params string[] arguments)
    {
        var start = TeuthologyProgram.Start(_cli.State, arguments);
        start.Environment["TEUTHOLOGY_ARCHIVE"] = Path.Combine(_cli.Directory, "archive");
        return start;
    }
}
