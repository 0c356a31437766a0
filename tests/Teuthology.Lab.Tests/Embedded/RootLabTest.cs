using System.Diagnostics;

namespace Teuthology.Lab.Tests;

/// <summary>A root lab of its own for each test, on the real image, which the first one builds.</summary>
public abstract class RootLabTest : IAsyncLifetime
{
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("teuthology-root-");

    protected RootLabTest()
    {
        Options = new LabOptions { StateDirectory = _state.FullName, MaxNodes = 4 };
        Lab = new RootProvisioner(Options, TimeProvider.System);
        Traces = new LabTraces(Options);
    }

    protected LabOptions Options { get; }

    protected RootProvisioner Lab { get; }

    private protected LabTraces Traces { get; }

    public async Task InitializeAsync()
    {
        if (RootHost.Obstacle() is not null)
            return;
        await Lab.PrepareAsync(null, CancellationToken.None);
        if (ToolRun.Find("ssh") is null)
            await ToolRun.RunAsync("apt-get", ["install", "-y", "-q", "--no-install-recommends", "openssh-client"], CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        if (RootHost.Obstacle() is null)
            await Lab.DownAsync(CancellationToken.None);
        _state.Delete(recursive: true);
        Assert.Empty(Traces.Find());
    }

    protected static void NeedRoot() => Skip.If(RootHost.Obstacle() is not null, RootHost.Obstacle());

    protected Task<Machine[]> StartAsync(params string[] names) =>
        Task.WhenAll(names.Select(name => Lab.StartAsync(name, null, CancellationToken.None)));

    protected async Task<string> SshAsync(Machine machine, string script)
    {
        var (status, output) = await TrySshAsync(machine, script);
        Assert.True(status == 0, $"{script}: {status}: {output}");
        return output;
    }

    /// <summary>By OpenSSH's client in the hub's network, with the host key checked: independent of the product's own dialling.</summary>
    protected async Task<(int Status, string Output)> TrySshAsync(Machine machine, string script)
    {
        var known = Path.Combine(_state.FullName, $"known-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(known, $"{machine.Address} {machine.HostKey}\n");
        var start = new ProcessStartInfo("nsenter") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        string[] arguments =
        [
            $"--net=/run/netns/{Traces.Id}", "ssh", "-i", machine.IdentityFile, "-o", "BatchMode=yes", "-o", "LogLevel=ERROR",
            "-o", "StrictHostKeyChecking=yes", "-o", $"UserKnownHostsFile={known}", $"{machine.User}@{machine.Address}", script,
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, (output + await errors).Trim());
    }
}
