using System.Reflection;
using Teuthology.Lab;

namespace Teuthology.Xunit.Tests.EndToEnd;

/// <summary>samples/MyLab.Tests, a project with tasks of its own, run as its user would: in this repository, and elsewhere by the packages.</summary>
public sealed class OwnTasksTests : IAsyncLifetime
{
    private readonly Sample _sample = new();
    private readonly TempDirectory _copy = new();

    private static string Home => Noted("OwnTasks.Project");

    private static string Configuration => Noted("OwnTasks.Configuration");

    public async Task InitializeAsync()
    {
        var offer = await Loopback().DescribeAsync(default);
        Skip.If(offer.Machines == 0, $"this host can have no loopback lab: {offer.Remedy}");
        _sample.Environment["TEUTHOLOGY_LAB"] = "loopback";
        _sample.Environment["TEUTHOLOGY_SUITES"] = Path.Combine(Home, "suites");
    }

    public async Task DisposeAsync()
    {
        await Loopback().DownAsync(default);
        _sample.Dispose();
        _copy.Dispose();
    }

    [SkippableFact]
    public async Task Sample_InTheRepository_RunsItsOwnTask()
    {
        var (exit, output) = await _sample.RunAsync("test", Home, "--no-build", "-c", Configuration);

        Assert.True(exit == 0, output);
        Assert.Contains("task   [1/2] mylab.mail\n", output, StringComparison.Ordinal);
        Assert.Matches(@"\nrun    1/2 done, \d+:\d\d, ETA \d+:\d\d\n", output);
        Assert.Matches(@"PASS   \[\d/2\] mylab/mail/\{cluster/two language/french tasks/mail\}", output);
        Assert.Matches(@"PASS   \[\d/2\] mylab/mail/\{cluster/two language/german tasks/mail\}", output);
        var logs = _sample.Files("teuthology.log").Select(File.ReadAllText).ToList();
        Assert.Single(logs, log => log.Contains(".stdout:bonjour, client.0\n", StringComparison.Ordinal));
        Assert.Single(logs, log => log.Contains(".stdout:guten Tag, client.0\n", StringComparison.Ordinal));
        Assert.All(logs, log => Assert.Matches(@"INFO:teuthology\.task\.mylab\.mail:3 letters for client\.0\n(.*\n)*.*INFO:teuthology\.task\.mylab\.mail:the mailbox on \w+ is gone\n", log));
    }

    [SkippableFact]
    public async Task Sample_WithACollector_SendsItsJobsAsOneTreeOfSpansEach()
    {
        await using var collector = new OtlpReceiver();
        _sample.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url;
        _sample.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";

        var (exit, output) = await _sample.RunAsync("test", Home, "--no-build", "-c", Configuration, "--filter", "Fragment~french");

        Assert.True(exit == 0, output);
        var spans = collector.Spans.Where(span => span.Scope == "Teuthology").ToList();
        var job = Assert.Single(spans, span => span.Name == "job mylab/mail/{cluster/two language/french tasks/mail}");
        Assert.Equal("", job.Parent);
        Assert.All(spans, span => Assert.Equal(job.Trace, span.Trace));
        var task = Assert.Single(spans, span => span.Name == "task mylab.mail");
        Assert.Equal(job.Id, task.Parent);
        Assert.Contains(spans, span => span.Parent == task.Id && span.Name.Contains("> ", StringComparison.Ordinal)); // its commands
        Assert.Contains(spans, span => span.Name == "unwind mylab.mail" && span.Parent == job.Id);
        Assert.All(spans.Where(span => span != job), span => Assert.Contains(spans, above => above.Id == span.Parent));
    }

    [SkippableFact]
    public async Task Sample_CopiedElsewhere_RunsByThePackages()
    {
        const string version = "0.1.0-copy";
        await PackAsync(version);
        CopySample(version);
        _sample.Environment.Remove("TEUTHOLOGY_SUITES");
        _copy.Write("suites/mylab/wrong/%", "");
        _copy.Write("suites/mylab/wrong/tasks/mail.yaml", "tasks:\n- mylab.mail:\n    to: client.0\n    leters: 3\n    pause: soon\n");
        _sample.Environment["TEUTHOLOGY_SUITES"] = _copy["suites"];

        var (exit, output) = await _sample.RunAsync("test", _copy.Path, "--filter", "Fragment~french|Fragment~wrong");

        Assert.True(exit == 1, output);
        Assert.Contains("] mylab/mail/{cluster/two language/french tasks/mail} (", output, StringComparison.Ordinal);
        Assert.Contains("Failed:     1, Passed:     1,", output, StringComparison.Ordinal);
        var wrong = _copy["suites/mylab/wrong/tasks/mail.yaml"];
        Assert.Contains($"{wrong}:4:5: task 'mylab.mail': unknown key 'leters'; did you mean 'letters'?\n", output, StringComparison.Ordinal);
        Assert.Contains($"{wrong}:5:5: task 'mylab.mail': 'pause' must be a time: seconds, or a number with ms, s, m, h or d, not the text 'soon'\n", output, StringComparison.Ordinal);
    }

    // What was built already goes into packages of a version that no cache knows.
    private async Task PackAsync(string version)
    {
        var root = Path.GetFullPath(Path.Combine(Home, "../.."));
        var rooms = new[] { "Core", "Suites", "Orchestra", "OpenStack", "Lab", "Jobs", "PythonTasks", "Tasks", "Results", "Scheduling", "TestLogger", "Xunit" }.Select(room => $"{root}/src/Teuthology.{room}/Teuthology.{room}.csproj");
        _copy.Write("pack/pack.proj", $"""
            <Project>
              <Target Name="Build">
                <MSBuild Projects="{string.Join(';', rooms)}" Targets="Pack" BuildInParallel="true"
                  Properties="NoBuild=true;Configuration={Configuration};PackageVersion={version};PackageOutputPath={_copy["feed"]}" />
              </Target>
            </Project>
            """);
        var (exit, output) = await _sample.RunAsync("msbuild", _copy["pack/pack.proj"], "-m", "-nr:false", "-v:q");
        Assert.True(exit == 0, output);
    }

    private void CopySample(string version)
    {
        foreach (var file in Directory.EnumerateFiles(Home, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(Home, file);
            if (!path.StartsWith("bin", StringComparison.Ordinal) && !path.StartsWith("obj", StringComparison.Ordinal))
                _copy.Write(path, File.ReadAllText(file));
        }

        var project = File.ReadAllText(_copy["MyLab.Tests.csproj"])
            .Replace("<ProjectReference Include=\"../../src/Teuthology.Xunit/Teuthology.Xunit.csproj\" />", $"<PackageReference Include=\"Teuthology.Xunit\" Version=\"{version}\" />")
            .Replace("<Import Project=\"../../src/Teuthology.Xunit/buildTransitive/Teuthology.Xunit.targets\" />", "");
        Assert.DoesNotContain("../..", project, StringComparison.Ordinal);
        _copy.Write("MyLab.Tests.csproj", project);
        // packages that are on this machine are taken from there; ours go where they vanish again
        _copy.Write("nuget.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{_copy["packages"]}" /></config>
              <fallbackPackageFolders><add key="machine" value="{Cache()}" /></fallbackPackageFolders>
              <packageSources><add key="local" value="{_copy["feed"]}" /></packageSources>
            </configuration>
            """);
    }

    private LoopbackProvisioner Loopback() => new(new LabOptions { Kind = "loopback", StateDirectory = _sample.State }, TimeProvider.System);

    private static string Cache() => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
        ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static string Noted(string key) => Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
