using System.Text.Json;
using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

public sealed class ExecTests(LoopbackHost host) : IClassFixture<LoopbackHost>
{
    [SkippableFact]
    public async Task Exec_OnRoles_RunsInOrderWithTestDirectory()
    {
        var result = await host.RunAsync("""
            roles: [[a.0, b.0], [c.0]]
            tasks:
            - exec:
                a.0:
                - cd "$TESTDIR" && echo one > file
                - echo two >> "$TESTDIR/file"
                c.0: echo "$(uname -n)-says-$((6 * 7))"
            - exec:
                b.0:
                - test "$(cat "$TESTDIR/file" | tr '\n' ' ')" = "one two "
                - rm "$TESTDIR/file"
            """);
        result.ShouldPass();
        Assert.Matches(@"INFO:teuthology\.orchestra\.run\.lo\d\.stdout:.*-says-42\n", result.Log());
    }

    [SkippableFact]
    public async Task Exec_AllRolesAndAllHosts_CountRolesAndMachines()
    {
        var result = await host.RunAsync("""
            roles: [[a.0, b.0], [c.0]]
            tasks:
            - exec: {all-roles: [echo role-line]}
            - exec: {all: [echo every-line]}
            - exec: {all-hosts: [echo host-line]}
            """);
        result.ShouldPass();
        Assert.Equal((3, 3, 2), (Count(":role-line\n"), Count(":every-line\n"), Count(":host-line\n")));

        int Count(string text) => result.Log().Split(text).Length - 1;
    }

    [SkippableFact]
    public async Task Exec_CommandFails_ReasonNamesCommandHostAndLastLines()
    {
        var result = await host.RunAsync("""
            roles: [[a.0]]
            tasks:
            - exec:
                a.0:
                - echo the disk is full >&2; exit 7
                - echo never
            """);
        Assert.Equal(JobStatus.Fail, result.Status);
        Assert.Contains("Command failed on lo", result.FailureReason);
        Assert.Contains("with status 7", result.FailureReason);
        Assert.Contains("echo the disk is full >&2; exit 7", result.FailureReason);
        Assert.Contains("the disk is full\n", result.FailureReason + "\n");
        Assert.Equal(result.FailureReason, result.Summary()["failure_reason"]);
        Assert.Equal(result.FailureReason, result.Error!.Message);
        Assert.DoesNotContain("stdout:never", result.Log());
    }

    [SkippableFact]
    public async Task Exec_Commands_AreEvents()
    {
        var result = await host.RunAsync("roles: [[a.0]]\ntasks:\n- exec: {a.0: [exit 3]}\n");
        var commands = File.ReadLines(Path.Combine(result.ArchivePath!, "events.jsonl"))
            .Select(l => JsonDocument.Parse(l).RootElement)
            .Where(e => e.GetProperty("event").GetString() == "command")
            .ToList();
        var failed = Assert.Single(commands, c => c.GetProperty("command").GetString()!.StartsWith("bash -c 'exit 3'"));
        Assert.Equal("status 3", failed.GetProperty("status").GetString());
        Assert.StartsWith("lo", failed.GetProperty("host").GetString());
        Assert.True(failed.GetProperty("duration").GetDouble() >= 0);
    }

    [SkippableTheory]
    [InlineData("{z.9: [ls]}", "task 'exec': No host has the role 'z.9'")]
    [InlineData("{all: [ls], a.0: [ls]}", "task 'exec': 'all' must be alone")]
    [InlineData("{a.0: {x: y}}", "task 'exec': the commands of 'a.0' must be a list")]
    [InlineData("[ls]", "task 'exec': its configuration must be a mapping, not a list")]
    public async Task Exec_WrongConfiguration_NamesTheLineBeforeAnythingIsLocked(string config, string message)
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => host.RunAsync($"roles: [[a.0]]\ntasks:\n- sequential:\n  - exec: {config}\n"));
        Assert.StartsWith("job.yaml:4:", error.Message);
        Assert.Contains(message, error.Message);
    }
}
