using System.Diagnostics;
using Teuthology.Testing.OpenStack;

namespace Teuthology.Cli.Tests;

/// <summary>A cloud with a site that uses it, and the program on that site.</summary>
internal sealed class CloudSite : IAsyncDisposable
{
    private CloudSite(Cli cli, LabCloud cloud, LabMachines? machines) => (Cli, Cloud, Machines) = (cli, cloud, machines);

    public Cli Cli { get; }

    public LabCloud Cloud { get; }

    private LabMachines? Machines { get; }

    /// <summary>A cloud whose servers are machines of a lab; the test is skipped where there can be none.</summary>
    public static async Task<CloudSite> OpenAsync(int machines)
    {
        var cli = new Cli();
        var state = Path.Combine(cli.Directory, "cloud");
        var (lab, obstacle) = await LabMachines.TryOpenAsync(state, machines);
        if (lab is null)
            cli.Dispose();
        Skip.If(lab is null, $"servers that boot need a lab of kind root: {obstacle}");
        var site = new CloudSite(cli, await LabCloud.StartAsync(lab!), lab);
        site.Write($"namespace: {LabMachines.NamespaceOf(state)}");
        return site;
    }

    /// <summary>A cloud in the network of its servers, which can ask it themselves; the program runs in that network, too.</summary>
    public static async Task<CloudSite> AtHubAsync(int machines)
    {
        var cli = new Cli();
        var state = Path.Combine(cli.Directory, "cloud");
        var (lab, obstacle) = await LabMachines.TryOpenAsync(state, machines + 1);
        if (lab is null)
            cli.Dispose();
        Skip.If(lab is null, $"servers that boot need a lab of kind root: {obstacle}");
        var site = new CloudSite(cli, await LabCloud.StartAsync(lab!, await lab!.HubAsync()), lab) { Network = lab.Namespace };
        site.Write();
        return site;
    }

    /// <summary>File of the network namespace that the program runs in; null for the host's.</summary>
    public string? Network { get; private init; }

    /// <summary>A cloud whose servers are only written down.</summary>
    public static async Task<CloudSite> OnPaperAsync()
    {
        var site = new CloudSite(new Cli(), await LabCloud.StartAsync(new PaperMachines()), null);
        site.Write("boot_timeout: 3");
        return site;
    }

    /// <summary>Writes the site's configuration, with more lines of the section.</summary>
    public void Write(params string[] lines)
    {
        var file = Cli.Write("site.yaml", $"openstack:\n  images: {{debian-12: Debian 12}}\n  machine: {{ram: 512, disk: 1, cpus: 1}}\n{string.Concat(lines.Select(line => $"  {line}\n"))}");
        Cli.Environment["TEUTHOLOGY_CONFIG"] = file;
        foreach (var (name, value) in Cloud.Environment)
            Cli.Environment[name] = value;
    }

    /// <summary>How to start the program on the site.</summary>
    public ProcessStartInfo Start(params IEnumerable<string> arguments)
    {
        var start = TeuthologyProgram.Start(Cli.State, arguments);
        foreach (var (name, value) in Cli.Environment)
            start.Environment[name] = value;
        start.Environment["TEUTHOLOGY_ARCHIVE"] = Path.Combine(Cli.Directory, "archive");
        start.WorkingDirectory = Cli.Directory;
        if (Network is not null)
        {
            string[] words = [$"--net={Network}", start.FileName, .. start.ArgumentList];
            start.FileName = "nsenter";
            start.ArgumentList.Clear();
            words.ToList().ForEach(start.ArgumentList.Add);
        }

        return start;
    }

    /// <summary>Runs the program on the site.</summary>
    public Task<CliResult> RunAsync(params IEnumerable<string> arguments) => TeuthologyProgram.RunAsync(Start(arguments), TimeSpan.FromMinutes(15));

    public async ValueTask DisposeAsync()
    {
        await RunAsync("openstack", "--teardown");
        await Cloud.DisposeAsync();
        if (Machines is not null)
            await Machines.DisposeAsync();
        Cli.Dispose();
    }
}
