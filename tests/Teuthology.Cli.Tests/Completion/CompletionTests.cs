using System.Text.Json.Nodes;
using Teuthology.Results;

namespace Teuthology.Cli.Tests;

public sealed class CompletionTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("teuthology su", "suite supervisor")]
    [InlineData("teuthology lab ", "doctor down gc history image queue reimage restore snapshot snapshots ssh status up")]
    [InlineData("teuthology lab re", "reimage restore")]
    [InlineData("teuthology ls --j", "--json")]
    [InlineData("teuthology lab up --lab u", "userns")]
    [InlineData("teuthology completion ", "bash fish zsh")]
    [InlineData("teuthology-lock --br", "--brief")]
    [InlineData("teuthology op", "openstack")]
    [InlineData("teuthology openstack gc --ol", "--older-than")]
    [InlineData("teuthology-openstack --simul", "--simultaneous-jobs")]
    [InlineData("teuthology openstack --contr", "--controller-cpus --controller-disk --controller-ram")]
    [InlineData("", "")]
    public async Task Complete_HalfTypedLine_GivesTheWordsThatFit(string line, string words)
    {
        var result = await _cli.RunAsync("complete", $"{line.Length}", "--", line);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(words.Split(' ', StringSplitOptions.RemoveEmptyEntries), result.Lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Complete_Suite_GivesTheSuitesOfTheTree()
    {
        _cli.Environment["TEUTHOLOGY_SUITES"] = "tree";
        _cli.Write("tree/suites/rbd/a.yaml", "");
        _cli.Write("tree/suites/rados/a.yaml", "");

        Assert.Equal(["rados", "rbd"], (await CompleteAsync("teuthology suite expand r")).Lines.Order());
    }

    [Theory]
    [InlineData("teuthology suite expand rbd:b", "rbd:basic")]
    [InlineData("teuthology suite expand rbd/", "rbd/basic rbd/other")]
    [InlineData("teuthology suite expand --suite-dir tree rbd:basic:", "rbd:basic:tasks")]
    [InlineData("teuthology suite expand --suite-dir ", "")]
    [InlineData("teuthology suite expand nope:", "")]
    public async Task Complete_PartOfASuite_GivesItsDirectories(string line, string words)
    {
        _cli.Environment["TEUTHOLOGY_SUITES"] = "tree";
        _cli.Write("tree/suites/rbd/basic/tasks/a.yaml", "");
        _cli.Write("tree/suites/rbd/other/a.yaml", "");
        _cli.Write("tree/suites/rbd/.qa/a.yaml", "");

        Assert.Equal(words.Split(' ', StringSplitOptions.RemoveEmptyEntries), (await CompleteAsync(line)).Lines.Order());
    }

    [Fact]
    public async Task Complete_Run_GivesTheRunsOfTheStore()
    {
        var store = await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default);
        await store.SaveJobAsync("my-run", "1", new JsonObject { ["status"] = "pass" }, default);

        Assert.Equal(["my-run"], (await CompleteAsync("teuthology results my")).Lines);
    }

    [Theory]
    [InlineData("teuthology run --machine-type ", "embedded rack vps")]
    [InlineData("teuthology suite expand rbd -m ra", "rack")]
    public async Task Complete_MachineType_GivesThoseOfTheSite(string line, string words)
    {
        _cli.Environment["TEUTHOLOGY_CONFIG"] = Path.Combine(_cli.Directory, "site.yaml");
        _cli.Write("site.yaml", "downburst: /usr/bin/downburst\nmachine_types: {rack: {provisioner: static}}\n");

        Assert.Equal(words.Split(' '), (await CompleteAsync(line)).Lines.Order());
    }

    [Fact]
    public async Task BashScript_InARealBash_Completes()
    {
        _cli.Write("tree/rbd/a.yaml", "");
        const string script =
            """
            PATH=$1:$PATH
            source <(teuthology completion bash)
            COMP_LINE='teuthology suite expand rb' COMP_POINT=26 COMP_WORDS=(teuthology suite expand rb) COMP_CWORD=3
            _teuthology
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        var start = TeuthologyProgram.Start(_cli.State, "-c", script, "bash", Path.GetDirectoryName(TeuthologyProgram.Path)!);
        start.FileName = "bash";
        start.Environment["TEUTHOLOGY_SUITES"] = Path.Combine(_cli.Directory, "tree");

        var result = await TeuthologyProgram.RunAsync(start);

        Assert.Equal(("", "rbd\n"), (result.Error, result.Output));
    }

    private Task<CliResult> CompleteAsync(string line) => _cli.RunAsync("complete", $"{line.Length}", "--", line);
}
