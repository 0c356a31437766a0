using Teuthology.Lab;
using Teuthology.OpenStack;

namespace Teuthology.Cli;

/// <summary>The life of a cluster's controller: made or found, given what it needs, told to run suites.</summary>
/// <param name="terminal">Surroundings.</param>
/// <param name="site">The site's configuration, the line's options in it.</param>
/// <param name="options">How servers are made.</param>
/// <param name="cloud">The cloud.</param>
/// <param name="fleet">Makes the controller.</param>
internal sealed class ControllerFlow(Terminal terminal, SiteConfig site, CloudOptions options, OpenStackCloud cloud, ControllerFleet fleet)
{
    private readonly LineProgress _progress = new(terminal.Error);

    private string LockFile => Path.Combine(LabSettings.Read(terminal, null).StateDirectory, "openstack", options.Cluster, "controller.lock");

    /// <summary>The controller there is; null for none that was set up to the end.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ControllerServer?> FindAsync(CancellationToken cancellationToken) => (await fleet.FindAsync(cancellationToken)).FirstOrDefault(controller => controller.IsReady);

    /// <summary>Makes the controller, or goes on with the one there is; it has program, configuration and web interface then.</summary>
    /// <param name="needs">What it has at least, if it is made.</param>
    /// <param name="cancellationToken">Gives up; what was made is half made, and replaced by the next.</param>
    public async Task<ControllerHost> SetUpAsync(ServerNeeds needs, CancellationToken cancellationToken)
    {
        using var held = await FileLock.TakeAsync(LockFile, () => terminal.Error.WriteLine($"waiting for another process that sets up {fleet.Name}"), terminal.Time, cancellationToken);
        var there = await fleet.FindAsync(cancellationToken);
        if (there.FirstOrDefault(controller => controller.IsReady) is { } ready)
            return await OpenAsync(ready, cancellationToken);
        if (there.FirstOrDefault(controller => !controller.IsHalfMade(terminal.Time.GetUtcNow())) is { } other)
            throw new TeuthologyException(FailureKind.Infrastructure, $"{fleet.Name} is being set up by {other.Owner}, or it was ended there within the last hour: wait, or take it away with --teardown");
        if (there.Count > 0)
            await terminal.Error.WriteLineAsync($"{fleet.Name} is half made: its set-up was ended; it is made anew");

        // Also where there is no server: a key pair, or a security group, may be left.
        await fleet.RemoveAsync(_progress, cancellationToken);
        var (made, machine) = await fleet.MakeAsync(needs, _progress, cancellationToken);
        var host = new ControllerHost(machine, terminal.Time);
        try
        {
            await FillAsync(host, cancellationToken);
            await fleet.MarkReadyAsync(made, cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Goes on with a controller; it gets this program and this configuration where it has others.</summary>
    /// <param name="controller">The controller.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ControllerHost> OpenAsync(ControllerServer controller, CancellationToken cancellationToken)
    {
        var host = new ControllerHost(await fleet.MachineAsync(controller, cancellationToken), terminal.Time);
        try
        {
            await FillAsync(host, cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Tells where things are, by upstream's lines, which other programs look for.</summary>
    /// <param name="host">The controller.</param>
    /// <param name="uploadUrl">Where uploads can be seen; null for not known.</param>
    /// <returns>Exit code: success.</returns>
    public async Task<int> RemindAsync(ControllerHost host, string? uploadUrl)
    {
        await terminal.Error.WriteLineAsync($"web interface: {host.WebAddress}");
        await terminal.Error.WriteLineAsync($"ssh access   : {host.SshLine} # logs in ~/{ControllerFiles.Home}/archive");
        if (site.ArchiveUpload is { } target)
            await terminal.Error.WriteLineAsync($"upload to    : {target}{(uploadUrl is null ? "" : $" ({uploadUrl})")}");
        return ExitCode.Success;
    }

    /// <summary>Runs a suite there.</summary>
    /// <param name="host">The controller.</param>
    /// <param name="order">What to run.</param>
    /// <param name="cancellationToken">Stops waiting; the run goes on.</param>
    /// <returns>The run's exit code, or success where it is not waited for.</returns>
    public async Task<int> RunAsync(ControllerHost host, ControllerOrder order, CancellationToken cancellationToken)
    {
        var files = new ControllerFiles(host.Remote, _progress);
        List<string> words = ["openstack", .. order.Words, $"--run={order.Run}"];
        if (order.SuiteDirectory is { } suites)
            words.Add($"--suite-dir={await files.CopySuitesAsync(suites, cancellationToken)}");
        words.Add("--");
        foreach (var overlay in order.Overlays)
            words.Add(await files.CopyYamlAsync(overlay, cancellationToken));
        await host.StartRunAsync(order.Run, words, cancellationToken);
        await terminal.Error.WriteLineAsync($"run {order.Run} on {fleet.Name}");
        await RemindAsync(host, order.UploadUrl);
        if (order.Patience is not { } patience)
            return ExitCode.Success;
        var (code, output) = await host.WaitAsync(order.Run, patience, terminal.Error, cancellationToken);
        await terminal.Out.WriteAsync(output);
        return code;
    }

    private async Task FillAsync(ControllerHost host, CancellationToken cancellationToken)
    {
        var files = new ControllerFiles(host.Remote, _progress);
        await host.Remote.ConnectAsync(cancellationToken);
        await files.CopyProgramAsync(cancellationToken);
        await files.CopySiteAsync(site, cloud.Credentials, options, host.WebAddress, cancellationToken);
        await host.StartServerAsync(cancellationToken);
    }
}
