using System.Diagnostics;
using System.Reflection;
using Teuthology.Lab;

namespace Teuthology.Cli.Tests;

/// <summary>Tasks of a user's own assembly, named on the command line or by the site: samples/MyLab.Tests, which the program was not built with.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class OwnTasksProgramTests : IAsyncLifetime
{
    private const string Job = "roles: [[a.0], [client.0]]\ntasks:\n- mylab.mail: {to: client.0, letters: 2, language: french}\n- exec: {client.0: [cat $TESTDIR/mailbox/0]}\n";
    private readonly Cli _cli = new();

    private static string MyLab => Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "MyLab").Value!;

    public async Task InitializeAsync()
    {
        var offer = await new LoopbackProvisioner(new LabOptions { StateDirectory = _cli.State }, TimeProvider.System).DescribeAsync(default);
        Skip.If(offer.Machines == 0, $"this host can have no loopback lab: {offer.Remedy}");
    }

    public async Task DisposeAsync()
    {
        await TeuthologyProgram.RunAsync(TeuthologyProgram.Start(_cli.State, "lab", "down", "--force", "--lab", "loopback"));
        _cli.Dispose();
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_TasksByOptionOrBySite_RunsThemWithTheirServices(bool option)
    {
        var job = _cli.Write("job.yaml", Job);
        var start = Start(["run", job, "--name", "mine", .. option ? new[] { "--tasks", MyLab } : []]);
        if (!option)
            start.Environment["TEUTHOLOGY_CONFIG"] = _cli.Write("site/teuthology.yaml", $"task_assemblies: [{Path.GetRelativePath(Path.Combine(_cli.Directory, "site"), MyLab)}]\n");

        var result = await TeuthologyProgram.RunAsync(start);

        Assert.True(result.ExitCode == 0, result.Error);
        var log = await File.ReadAllTextAsync(Path.Combine(_cli.Directory, "archive/mine/1/teuthology.log"));
        Assert.Contains(".stdout:bonjour, client.0\n", log, StringComparison.Ordinal);
        Assert.Contains("INFO:teuthology.task.mylab.mail:2 letters for client.0\n", log, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(Job, "job.yaml:3:3: unknown task 'mylab.mail'; no loaded assembly has it: name one of yours by --tasks, or by task_assemblies of the site's configuration (known: ")]
    [InlineData(Job, "gone.dll: there is no such file; was it built?", "gone.dll")]
    [InlineData(Job, "job.yaml: it is no .NET assembly; name the .dll that `dotnet build` made", "job.yaml")]
    [InlineData(Job, "Teuthology.Core.dll: no class in it has a [Task(\"name\")]", "CORE")]
    [InlineData("roles: [[client.0]]\ntasks:\n- mylab.mail: {to: client.0, leters: 2}\n", "job.yaml:3:30: task 'mylab.mail': unknown key 'leters'; did you mean 'letters'?", "MYLAB")]
    public async Task Run_TasksThatCannotBeHad_IsBadInputBeforeAnythingIsDone(string job, string message, string? tasks = null)
    {
        _cli.Write("job.yaml", job);
        tasks = tasks switch { "MYLAB" => MyLab, "CORE" => Path.Combine(Path.GetDirectoryName(TeuthologyProgram.Path)!, "Teuthology.Core.dll"), _ => tasks };
        var start = Start(["run", "job.yaml", .. tasks is null ? Array.Empty<string>() : ["--tasks", tasks]]);
        start.WorkingDirectory = _cli.Directory;

        (await TeuthologyProgram.RunAsync(start)).AssertBadInput(message);

        Assert.False(Directory.Exists(Path.Combine(_cli.Directory, "archive")));
    }

    private ProcessStartInfo Start(string[] arguments)
    {
        var start = TeuthologyProgram.Start(_cli.State, [.. arguments, "--lab", "loopback"]);
        start.Environment["TEUTHOLOGY_ARCHIVE"] = Path.Combine(_cli.Directory, "archive");
        return start;
    }
}
