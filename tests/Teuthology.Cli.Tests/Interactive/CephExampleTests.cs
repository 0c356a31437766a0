namespace Teuthology.Cli.Tests;

/// <summary>The example that upstream's documentation begins with, on three machines of the embedded lab: real Ceph, mounted, with a person at the prompt.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class CephExampleTests : IAsyncLifetime
{
    private const string Example = """
        roles:
        - [mon.0, mds.0, osd.0]
        - [mon.1, osd.1]
        - [mon.2, client.0]

        tasks:
        - install:
        - ceph:
        - ceph-fuse: [client.0]
        - interactive:

        """;

    // a busy host needs a while for a cluster
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private readonly Cli _cli = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await TeuthologyProgram.RunAsync(TeuthologyProgram.Start(_cli.State, "lab", "down", "--force"));
        _cli.Dispose();
    }

    [SkippableFact]
    public async Task Example_AtThePrompt_HasAClusterThatCanBeUsed()
    {
        var job = _cli.Write("example.yaml", Example);
        var environment = new Dictionary<string, string>
        {
            ["TEUTHOLOGY_STATE"] = _cli.State,
            ["TEUTHOLOGY_ARCHIVE"] = Path.Combine(_cli.Directory, "archive"),
            ["XDG_STATE_HOME"] = Path.Combine(_cli.Directory, "xdg"),
            ["LC_ALL"] = "C.UTF-8",
            ["PS1"] = "$ ",
        };
        await using var terminal = await Tmux.StartAsync(_cli.Directory, environment, "bash --norc");
        await terminal.EnterAsync($"{TeuthologyProgram.Path} {job}; echo exit=$?");

        var screen = await terminal.WaitForAsync("^(ctx>|skip |exit=)", Patience);
        Skip.If(screen.Contains("\nskip ", StringComparison.Ordinal), screen);
        await terminal.WaitForAsync("Machines: ubuntu@n1\\[mon.0,mds.0,osd.0\\] ubuntu@n2\\[mon.1,osd.1\\] ubuntu@n3\\[mon.2,client.0\\]\n.*\nctx>\\z");
        await terminal.EnterAsync("sh(\"client.0\", \"df -h --output=source,target cephtest/mnt.0\")");
        await terminal.WaitForAsync("^ceph-fuse +/home/ubuntu/cephtest/mnt.0\nctx>\\z");
        await terminal.EnterAsync("sh(\"client.0\", \"echo it holds > cephtest/mnt.0/file && cat cephtest/mnt.0/file && rm cephtest/mnt.0/file\", sudo: true)");
        await terminal.WaitForAsync("^it holds\nctx>\\z");
        await terminal.EnterAsync("var status = await sh(\"mon.1\", \"ceph -s\", sudo: true)");
        await terminal.WaitForAsync("mon: 3 daemons, quorum 0,1,2");
        await terminal.WaitForAsync("osd: 2 osds: 2 up");
        await terminal.EnterAsync("ctx.Daemons");
        await terminal.WaitForAsync("^mds.0 on ubuntu@n1: runs$");
        await terminal.PressAsync("C-d");

        var end = await terminal.WaitForAsync("^exit=\\d+$", Patience);
        Assert.Matches("(?m)^pass +1 ", end);
        Assert.Contains("\nexit=0", end, StringComparison.Ordinal);
    }
}
