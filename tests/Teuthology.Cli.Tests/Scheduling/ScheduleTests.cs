using Teuthology.Results;
using Teuthology.Yaml;

namespace Teuthology.Cli.Tests;

public sealed class ScheduleTests : IDisposable
{
    private readonly Cli _cli = new();

    public ScheduleTests()
    {
        File.WriteAllText(Path.Combine(_cli.Directory, "job.yaml"), "tasks:\n- print: hello\nroles:\n- [client.0]\ntargets: {u@h: k}\npriority: 60\n");
        File.WriteAllText(Path.Combine(_cli.Directory, "more.yaml"), "tasks:\n- print: [1, two]\n");
    }

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Schedule_AJobTwice_QueuesItAndTellsTheResults()
    {
        var result = await _cli.RunAsync("schedule", "-n", "mine-1", "-w", "smithi", "-N", "2", "job.yaml", "more.yaml");

        Assert.Equal(["Job scheduled with name mine-1 and ID 1", "Job scheduled with name mine-1 and ID 2"], result.Lines);
        var jobs = await (await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default)).JobsAsync("mine-1", default);
        Assert.Equal(["queued", "queued"], jobs.Select(job => job.Status));
        Assert.Equal("""[{"print":"hello"},{"print":[1,"two"]}]""", jobs[0].Document["tasks"]!.ToJsonString());
        Assert.False(jobs[0].Document.ContainsKey("targets"));
    }

    [Fact]
    public async Task Schedule_FirstAndLastInSuite_AreNotInTheResults()
    {
        await _cli.RunAsync("schedule", "-n", "mine-1", "--first-in-suite", "--seed", "7");
        await _cli.RunAsync("schedule", "-n", "mine-1", "--last-in-suite", "--email", "me@example.com", "--timeout", "5");

        Assert.Empty(await (await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default)).JobsAsync("mine-1", default));
    }

    [Theory]
    [InlineData("--seed is only applicable to the first job in a suite", "-n", "a", "--seed", "1")]
    [InlineData("--no-nested-subset is only applicable to the first job in a suite", "-n", "a", "--no-nested-subset")]
    [InlineData("--email is only applicable to the last job in a suite", "-n", "a", "--email", "x")]
    [InlineData("Please use a more descriptive value for --name", "-n", "123")]
    [InlineData("--num must be 1 or more", "-n", "a", "-N", "0")]
    [InlineData("Provided schedule backend 'nsq' is not supported. Try 'beanstalk' or '@path-to-a-file'; 'store' is the site's own", "-n", "a", "-b", "nsq")]
    [InlineData("nothere.yaml: there is no such file", "-n", "a", "nothere.yaml")]
    public async Task Schedule_WhatMakesNoSense_IsBadInput(string message, params string[] arguments)
    {
        var result = await _cli.RunAsync(["schedule", .. arguments]);

        Assert.Equal((2, $"teuthology: {message}\n"), (result.ExitCode, result.Error));
    }

    [SkippableTheory]
    [InlineData("-n", "mine-1", "-w", "smithi", "job.yaml", "more.yaml")]
    [InlineData("-n", "mine-1", "-w", "smithi", "-p", "5", "-d", "a {b}", "-o", "me@there", "-v", "-N", "3", "more.yaml")]
    [InlineData("-n", "mine-1", "-w", "multi", "--first-in-suite", "--seed", "12", "--subset", "1/3", "--no-nested-subset")]
    [InlineData("-n", "mine-1", "-w", "smithi", "--last-in-suite", "--email", "me@example.com", "--timeout", "60")]
    public async Task Schedule_ToAFile_WritesWhatUpstreamWrites(params string[] arguments)
    {
        using var upstream = await Checkout.CopyAsync("TEUTHOLOGY_UPSTREAM", "ceph/teuthology", "requests", "yaml", "gevent", "paramiko", "netaddr");
        var owner = arguments.Contains("-o") ? Array.Empty<string>() : ["-o", "them@there"];
        string[] theirs = [.. arguments.Select(argument => argument.EndsWith(".yaml", StringComparison.Ordinal) ? Path.Combine(_cli.Directory, argument) : argument), .. owner];

        var there = await upstream.RunAsync("upstream_tool.py", ["schedule", "-b", $"@{Path.Combine(_cli.Directory, "theirs.yaml")}", .. theirs], new Dictionary<string, string> { ["HOME"] = _cli.Directory });
        var here = await _cli.RunAsync(["schedule", "-b", "@ours.yaml", .. arguments, .. owner]);

        Assert.Equal((0, there.Output), (here.ExitCode, here.Output));
        Assert.Equal(Read("theirs.yaml"), Read("ours.yaml"));
        Assert.Equal(File.ReadAllText(Path.Combine(_cli.Directory, "theirs.yaml.count")), File.ReadAllText(Path.Combine(_cli.Directory, "ours.yaml.count")));
    }

    private string Read(string file) => File.ReadAllText(Path.Combine(_cli.Directory, file));
}
