using System.Diagnostics;

namespace Teuthology.Orchestra.Tests;

/// <summary>Controllers of two fences come to a host in the same moment. The lock test (docs/lock-test.md) found what is shown here.</summary>
public sealed class FenceRaceTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("teuthology-fence-").FullName;

    /// <summary>The session of a lane is opened while the newer controller ends what there is: its worker must not outlive that.</summary>
    [Fact]
    public async Task Lane_OpenedWhileANewerFenceComes_RunsNothing()
    {
        var home = (await ShAsync(Begin(1, "older"))).Split(' ')[1];
        using var lane = Start(GuardianScript.Call(home, $"lane {home}/l1 token /bin/bash m"), slow: "mkfifo", at: "*/l1/in*");
        await ReachedAsync("mkfifo");
        using var newer = Start(Begin(2, "newer"), slow: "grep", at: "*TEUTHOLOGY_COMMAND=older.*");
        await ReachedAsync("grep");
        Go("mkfifo");
        await LocalProcesses.UntilAsync(() => lane.HasExited || File.Exists(Path.Combine(home, "l1", "worker")));
        Go("grep");
        Assert.Contains("\u0001begun", await newer.StandardOutput.ReadToEndAsync());
        await RunsNothingAsync(lane);
    }

    /// <summary>The older controller was asked for its fence, but has no state yet that the newer one could end.</summary>
    [Fact]
    public async Task Begin_OlderOneIsSlow_IsRefused()
    {
        using var older = Start(Begin(1, "older"), slow: "mkdir", at: "*/older.[0-9]*");
        await ReachedAsync("mkdir");
        await ShAsync(Begin(2, "newer"));
        Go("mkdir");
        var told = await older.StandardError.ReadToEndAsync();
        await older.WaitForExitAsync();
        Assert.Equal((GuardianScript.Refused, "a controller with fence 2 has this host; this one has fence 1\n"), (older.ExitCode, told));
        Assert.Equal("newer", Path.GetFileName(Assert.Single(Directory.GetDirectories(Assert.Single(Directory.GetDirectories(directory, "teuthology-*"))))));
    }

    public void Dispose()
    {
        foreach (var keeper in Directory.GetFiles(directory, "keeper", SearchOption.AllDirectories))
            File.Delete(Path.Combine(Path.GetDirectoryName(keeper)!, "due"));
        Directory.Delete(directory, recursive: true);
    }

    private async Task RunsNothingAsync(Process lane)
    {
        var ran = Path.Combine(directory, "ran");
        try
        {
            await lane.StandardInput.WriteAsync($"run 1 f n echo >{ran} token\n");
            await lane.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // It has ended.
        }

        await LocalProcesses.UntilAsync(() => lane.HasExited || File.Exists(ran));
        Assert.False(File.Exists(ran), "a command of the older fence ran");
    }

    private string Begin(long fence, string id) =>
        GuardianScript.Begin(new GuardianOptions { Directory = directory, Fence = fence, Lease = TimeSpan.FromSeconds(2) }, "host", id, ("", 0), null);

    private void Go(string program) => File.WriteAllText(Path.Combine(directory, $"{program}.go"), "");

    private Task ReachedAsync(string program) => LocalProcesses.UntilAsync(() => File.Exists(Path.Combine(directory, $"{program}.reached")));

    /// <summary>Runs a line in which a program waits, once it is called with certain arguments, until it may go on.</summary>
    private Process Start(string line, string slow, string at)
    {
        var programs = Directory.CreateDirectory(Path.Combine(directory, $"{slow}.d")).FullName;
        var program = Path.Combine(programs, slow);
        File.WriteAllText(program, $"""
            #!/bin/sh
            case "$*" in
                {at})
                    : >{directory}/{slow}.reached
                    while [ ! -e {directory}/{slow}.go ]; do sleep 0.02; done
                    ;;
            esac
            exec /usr/bin/{slow} "$@"

            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var start = new ProcessStartInfo("/bin/sh", ["-c", line]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{programs}:{start.Environment["PATH"]}";
        return Process.Start(start)!;
    }

    private static async Task<string> ShAsync(string line)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", line]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
