using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

/// <summary>Consoles of given machines, reached by an <c>ipmitool</c> that shows whom it was asked for and stays.</summary>
public sealed class ConsoleLogTests : IClassFixture<ConsoleLogTests.Host>, IDisposable
{
    private readonly Host _host;
    private readonly string? _path = Environment.GetEnvironmentVariable("PATH");
    private readonly string _programs;

    public ConsoleLogTests(Host host)
    {
        _host = host;
        _programs = Directory.CreateDirectory(Path.Combine(host.Root, "programs")).FullName;
        Environment.SetEnvironmentVariable("PATH", $"{_programs}:{_path}");
    }

    public void Dispose() => Environment.SetEnvironmentVariable("PATH", _path);

    [SkippableFact]
    public async Task Job_SiteWithIpmi_LogsTheTargetsConsoleUntilItsEnd()
    {
        Write("echo \"$*\"; echo $$ >>" + Path.Combine(_programs, "pids") + "; exec sleep 600");

        var result = await RunAsync("exec: {a.0: ['sleep 1']}");

        result.ShouldPass();
        var log = Assert.Single(Directory.GetFiles(Path.Combine(result.ArchivePath!, "console_logs")));
        var machine = Path.GetFileNameWithoutExtension(log);
        Assert.Equal($"-H {machine}.bmc.example.com -I lanplus -U admin -P secret sol activate\n", await File.ReadAllTextAsync(log));
        var pid = (await File.ReadAllTextAsync(Path.Combine(_programs, "pids"))).Trim();
        Assert.False(Directory.Exists($"/proc/{pid}"), "the program that reads the console was left running");
    }

    [SkippableFact]
    public async Task Job_ConsoleCannotBeRead_RunsAllTheSame()
    {
        Write("", interpreter: "/no/such/interpreter");
        var result = await RunAsync("nop:");
        result.ShouldPass();
        Assert.Contains("is not logged: ipmitool cannot be run here: ", result.Log(), StringComparison.Ordinal);
    }

    private void Write(string script, string interpreter = "/bin/sh")
    {
        var file = Path.Combine(_programs, "ipmitool");
        File.WriteAllText(file, $"#!{interpreter}\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task<JobResult> RunAsync(string task)
    {
        var machine = (await _host.GivenAsync())[0];
        return await _host.RunAsync(_host.Job($"""
            roles: [[a.0]]
            test_path: {_host.Root}/test-{Guid.NewGuid():N}
            targets:
            {GivenHosts.Targets([machine], m => m.HostKey)}
            tasks:
            - {task}
            """) with { OwnTargets = true });
    }

    /// <summary>A loopback lab whose site has credentials of management controllers.</summary>
    public sealed class Host() : LabHost("loopback", machines: 4, site: SiteConfig.Empty with
    {
        All = new YamlMap { ["ipmi_user"] = "admin", ["ipmi_password"] = "secret", ["ipmi_domain"] = "bmc.example.com" },
    });
}
