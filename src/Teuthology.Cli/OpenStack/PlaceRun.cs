using System.CommandLine;
using Teuthology.Lab;
using Teuthology.OpenStack;
using Teuthology.Results;
using Teuthology.Scheduling;
using Teuthology.Suites;

namespace Teuthology.Cli;

/// <summary>Runs a suite with this machine as the controller.</summary>
/// <param name="terminal">Surroundings.</param>
/// <param name="parts">The line's options.</param>
/// <param name="site">The site's configuration, the line's options in it.</param>
/// <param name="settings">How jobs run.</param>
internal sealed class PlaceRun(Terminal terminal, OpenStackOptionParts parts, SiteConfig site, RunSettings settings)
{
    /// <summary>Runs it.</summary>
    /// <param name="line">The line.</param>
    /// <param name="order">How.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    /// <returns>Exit code.</returns>
    public async Task<int> RunAsync(ParseResult line, PlaceOrder order, CancellationToken cancellationToken)
    {
        var (suite, template) = (parts.Suite, parts.Template);
        var machineType = template.MachineType(line) ?? "openstack";
        var (_, options) = parts.Cloud.Read(site, machineType);
        var rerun = await parts.Rerun.ReadAsync(terminal, line, cancellationToken);
        var selection = suite.Selection(line, rerun);
        var tree = suite.Tree(line, selection.Suite);
        var matrix = selection.Build(tree, terminal.ErrorIsTerminal ? new LineProgress(terminal.Error) : null, cancellationToken);
        var wanted = template.IsWanted(line) ? template.Read(line, tree, selection, settings.Owner, settings.Name) : null;
        var composer = template.Composer(line, tree, selection, wanted, more: order.Overlay);
        using var cloud = OpenStackCloud.Open(options.Credentials(terminal.Environment), new OpenStackOptions { Time = terminal.Time });

        // Merged here, once: the run takes the same ones.
        var jobs = RunForecast.Bounded(selection.Name, Enumerable.Repeat(0, order.Times).SelectMany(_ => selection.PlannedJobs(matrix, composer.Compose)));
        var history = order.DryRun ? await HistoryAsync(selection.Name, cancellationToken) : new QueueForecast();
        var forecast = RunForecast.Of(selection.Name, jobs, await cloud.Compute.FlavorsAsync(cancellationToken), options, order.AtOnce, history, order.JobHours);
        if (order.DryRun)
            Tell(forecast);
        await new QuotaCheck(cloud).RequireAsync(forecast.Need, cancellationToken);
        if (order.DryRun)
            return ExitCode.Success;

        await RemindAsync(options, cancellationToken);
        var plan = new RunPlan(jobs)
        {
            Count = () => jobs.Count,
            SuitesDirectory = tree.Directory,
            SkipUnready = CephCheckout.Holds(tree.Directory),
            Machines = new MachineChoice { MachineType = machineType },
            AtOnce = order.AtOnce,
        };
        try
        {
            return await new RunSession(terminal, settings).RunAsync(selection.Name, plan, cancellationToken);
        }
        finally
        {
            await RemindAsync(options, CancellationToken.None);
        }
    }

    // An estimate is worth having without it, too.
    private async Task<QueueForecast> HistoryAsync(string suite, CancellationToken cancellationToken)
    {
        try
        {
            await using var results = await ResultsDirectory.OpenAsync(
                null, site, () => LabSettings.ResultsAsync(terminal, cancellationToken), new ServerPatience { Tries = 2, Time = terminal.Time });
            return await QueueForecast.LearnAsync(results, cancellationToken, suite);
        }
        catch (TeuthologyException e) when (e.Kind == FailureKind.Infrastructure)
        {
            await terminal.Error.WriteLineAsync($"warning: how long jobs took is not known: {e.Message}");
            return new QueueForecast();
        }
    }

    // Upstream's lines, which other programs look for
    private async Task RemindAsync(CloudOptions options, CancellationToken cancellationToken)
    {
        var address = site.ResultsUiServer ?? await new ClusterServer(terminal, options.Cluster).AddressAsync(cancellationToken);
        var key = options.KeyFile ?? Path.Combine(LabSettings.Read(terminal, null).StateDirectory, "openstack", "id_ed25519");
        await terminal.Error.WriteLineAsync($"web interface: {address.TrimEnd('/')}/");
        await terminal.Error.WriteLineAsync($"ssh access   : ssh -i {key} {site.TestUser}@ADDRESS # of a server, while a job has it: `teuthology lock --list`, and the job's log");
        if (site.ArchiveUpload is { } target)
            await terminal.Error.WriteLineAsync($"upload to    : {target}");
    }

    private void Tell(RunForecast forecast)
    {
        if (settings.Json)
            terminal.Out.WriteLine(forecast.Json().ToJsonString());
        else
            forecast.Write(terminal.Out);
    }
}
