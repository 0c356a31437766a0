using System.CommandLine;
using System.Globalization;
using Teuthology.Lab;
using Teuthology.OpenStack;
using Teuthology.Results;
using Teuthology.Scheduling;
using Teuthology.Suites;

namespace Teuthology.Cli;

/// <summary><c>teuthology openstack --suite SUITE</c>: runs a suite on servers of an OpenStack cloud, as upstream's <c>teuthology-openstack</c>.</summary>
internal sealed class OpenStackVerb : Verb
{
    private readonly SuiteOptionSet _suite;
    private readonly CloudOptionSet _cloud;
    private readonly TemplateOptionSet _template;
    private readonly Option<int> _atOnce = new("--simultaneous-jobs") { HelpName = "N", Description = "How many jobs run side by side", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> _run = new("--run") { HelpName = "RUN", Description = "Name of the run (default user, time, suite and more, as upstream)" };
    private readonly Option<string?> _owner = new("--owner") { HelpName = "OWNER", Description = "Owner of the locks (default user@host)" };
    private readonly Option<string?> _archive = new("--archive", "-a") { HelpName = "DIR", Description = "Directory that holds the archives of runs (default $TEUTHOLOGY_ARCHIVE, else the site's archive_base, else ~/.local/share/teuthology/archive)" };
    private readonly Option<double?> _timeout = new("--job-timeout") { HelpName = "SECONDS", Description = "Most time for a job, 0 for no limit (default $TEUTHOLOGY_JOB_TIMEOUT, else none)" };
    private readonly Option<bool> _upload = new("--upload") { Description = "Upload archives to --archive-upload, or archive_upload of ~/.teuthology.yaml, by rsync" };
    private readonly Option<bool> _teardown = new("--teardown") { Description = "Take the cluster away: after the suite, or at once where none is named" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Make nothing; tell servers, volumes, hours and costs, and whether the quota has room for them" };
    private readonly Option<double> _jobHours = new("--job-hours") { HelpName = "H", Description = "Hours of a job that is not known by earlier runs", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> _json = new("--json") { Description = "Results, and the estimate of --dry-run, as one JSON object a line" };

    public OpenStackVerb(Terminal terminal, params IEnumerable<Command> verbs)
        : base(terminal, "openstack", "Run a suite on servers of an OpenStack cloud, which are made for it and taken away")
    {
        _suite = new SuiteOptionSet(terminal, this, scheduling: true);
        _cloud = new CloudOptionSet(terminal, this, servers: true);
        foreach (var option in new Option[] { _atOnce, _dryRun, _jobHours, _upload, _teardown, _run, _owner, _archive, _timeout, _json })
            Add(option);
        _template = new TemplateOptionSet(terminal, this);
        foreach (var verb in verbs)
            Add(verb);
        Remarks =
        [
            "This machine is the controller: it makes the servers of each job, runs the job over SSH, and destroys them when it is over, however it ends. "
            + "The cloud is found by the OS_* variables (source openrc.sh), by clouds.yaml, or by the options. Web interface and archives stay until --teardown.",
            "Before the first server the project's quota is compared with what the run takes at most. What a killed run leaves goes with the next run, or with `teuthology openstack gc`.",
            "The exit code is 0 when every job passed or was skipped, else 1.",
        ];
        Examples =
        [
            ("teuthology openstack --suite dummy --suite-dir suites", "Source openrc.sh first: the smallest suite on the cloud's smallest servers that fit"),
            ("teuthology openstack -s rbd --simultaneous-jobs 5 --dry-run", "What five jobs at once take of the cloud"),
            ("teuthology openstack -s rados --subset 3/200 --budget 40 --upload --teardown", "At most 40 server-hours; archives are uploaded, then everything goes"),
            ("teuthology openstack --teardown", "Take the cluster away"),
            ("teuthology openstack gc", "Remove what killed runs left"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var site = _cloud.Site(line);
        if (_suite.Suite(line) is null)
        {
            if (!line.GetValue(_teardown))
                throw new ConfigurationException("name a suite with --suite, or --teardown; `teuthology openstack --help` has examples");
            return await TeardownAsync(line, site, cancellationToken);
        }

        if (line.GetValue(_atOnce) < 1)
            throw new ConfigurationException("--simultaneous-jobs must be 1 or more");
        if (line.GetValue(_jobHours) is not (> 0 and < 10_000))
            throw new ConfigurationException("--job-hours must be a number of hours above 0");
        var code = await RunSuiteAsync(line, site, cancellationToken);
        if (line.GetValue(_teardown) && !line.GetValue(_dryRun))
            await TeardownAsync(line, site, cancellationToken);
        return code;
    }

    private async Task<int> RunSuiteAsync(ParseResult line, SiteConfig site, CancellationToken cancellationToken)
    {
        var machineType = _template.MachineType(line) ?? "openstack";
        var (_, options) = _cloud.Read(site, machineType);
        var (tree, selection) = _suite.Read(line);
        var matrix = selection.Build(tree, Terminal.ErrorIsTerminal ? new LineProgress(Terminal.Error) : null, cancellationToken);
        var template = _template.IsWanted(line) ? _template.Read(line, tree, selection, line.GetValue(_owner), line.GetValue(_run)) : null;
        var composer = _template.Composer(line, tree, selection, template);
        using var cloud = OpenStackCloud.Open(options.Credentials(Terminal.Environment), new OpenStackOptions { Time = Terminal.Time });

        // Merged here, once: the run takes the same ones.
        var jobs = RunForecast.Bounded(selection.Name, selection.PlannedJobs(matrix, composer.Compose));
        var history = line.GetValue(_dryRun) ? await HistoryAsync(site, selection.Name, cancellationToken) : new QueueForecast();
        var forecast = RunForecast.Of(selection.Name, jobs, await cloud.Compute.FlavorsAsync(cancellationToken), options, line.GetValue(_atOnce), history, line.GetValue(_jobHours));
        if (line.GetValue(_dryRun))
            Tell(forecast, line.GetValue(_json));
        await new QuotaCheck(cloud).RequireAsync(forecast.Need, cancellationToken);
        if (line.GetValue(_dryRun))
            return ExitCode.Success;

        if (line.GetValue(_upload))
        {
            var target = _template.ArchiveUpload(line) ?? site.ArchiveUpload ?? throw new ConfigurationException("--upload: where to? Name it with --archive-upload, or archive_upload in ~/.teuthology.yaml");
            site = site with { ArchiveUpload = target };
        }
        else
        {
            site = site with { ArchiveUpload = null };
        }

        await RemindAsync(site, options, cancellationToken);
        var settings = new RunSettings
        {
            Name = line.GetValue(_run),
            Owner = line.GetValue(_owner),
            Archive = line.GetValue(_archive),
            TimeoutSeconds = line.GetValue(_timeout),
            Json = line.GetValue(_json),
            Verbose = line.GetValue<bool>("--verbose"),
            Site = site,
        };
        var plan = new RunPlan(jobs)
        {
            Count = () => jobs.Count,
            SuitesDirectory = tree.Directory,
            SkipUnready = CephCheckout.Holds(tree.Directory),
            Machines = new MachineChoice { MachineType = machineType },
            AtOnce = line.GetValue(_atOnce),
        };
        try
        {
            return await new RunSession(Terminal, settings).RunAsync(selection.Name, plan, cancellationToken);
        }
        finally
        {
            await RemindAsync(site, options, CancellationToken.None);
        }
    }

    // An estimate is worth having without it, too.
    private async Task<QueueForecast> HistoryAsync(SiteConfig site, string suite, CancellationToken cancellationToken)
    {
        try
        {
            await using var results = await ResultsDirectory.OpenAsync(
                null, site, () => LabSettings.ResultsAsync(Terminal, cancellationToken), new ServerPatience { Tries = 2, Time = Terminal.Time });
            return await QueueForecast.LearnAsync(results, cancellationToken, suite);
        }
        catch (TeuthologyException e) when (e.Kind == FailureKind.Infrastructure)
        {
            await Terminal.Error.WriteLineAsync($"warning: how long jobs took is not known: {e.Message}");
            return new QueueForecast();
        }
    }

    // Upstream's lines, which other programs look for
    private async Task RemindAsync(SiteConfig site, CloudOptions options, CancellationToken cancellationToken)
    {
        var address = site.ResultsUiServer ?? await new ClusterServer(Terminal, options.Cluster).AddressAsync(cancellationToken);
        var key = options.KeyFile ?? Path.Combine(LabSettings.Read(Terminal, null).StateDirectory, "openstack", "id_ed25519");
        await Terminal.Error.WriteLineAsync($"web interface: {address.TrimEnd('/')}/");
        await Terminal.Error.WriteLineAsync($"ssh access   : ssh -i {key} {site.TestUser}@ADDRESS # of a server, while a job has it: `teuthology lock --list`, and the job's log");
        if (site.ArchiveUpload is { } target)
            await Terminal.Error.WriteLineAsync($"upload to    : {target}");
    }

    private void Tell(RunForecast forecast, bool json)
    {
        if (json)
            Terminal.Out.WriteLine(forecast.Json().ToJsonString());
        else
            forecast.Write(Terminal.Out);
    }

    private async Task<int> TeardownAsync(ParseResult line, SiteConfig site, CancellationToken cancellationToken)
    {
        var machineType = _template.MachineType(line) ?? "openstack";
        var (_, options) = _cloud.Read(site, machineType);
        await using var labs = new CloudLabs(Terminal, site, line.GetValue<bool>("--verbose"));
        foreach (var lab in labs.All())
        {
            foreach (var removed in await lab.CollectGarbageAsync(cancellationToken))
                await Terminal.Error.WriteLineAsync($"removed {removed}");
            if (await lab.Provisioner.StatusAsync(cancellationToken) is { Count: > 0 } held)
                throw new TeuthologyException(FailureKind.Infrastructure, $"{string.Join(", ", held.Select(node => node.Name))} {(held.Count == 1 ? "is" : "are")} held by a run still: `teuthology kill` it first, or `teuthology lock --unlock` what was kept");
            await lab.Provisioner.DownAsync(cancellationToken);
        }

        using (var cloud = OpenStackCloud.Open(options.Credentials(Terminal.Environment), new OpenStackOptions { Time = Terminal.Time }))
        {
            var report = await new RunCollector(cloud).CollectAsync(new CollectScope { Setup = options.Cluster, Everything = true }, TimeSpan.FromMinutes(10), new LineProgress(Terminal.Error), cancellationToken);
            if (!report.IsDone)
                throw new TeuthologyException(FailureKind.Infrastructure, $"still there: {string.Join("; ", report.Left.Select(left => $"{left.Item}: {left.Why}"))}");
        }

        if (await new ClusterServer(Terminal, options.Cluster).StopAsync(cancellationToken) is { } ended)
            await Terminal.Error.WriteLineAsync($"ended {ended}");
        await Terminal.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"nothing of {options.Cluster} is left in the cloud"));
        return ExitCode.Success;
    }
}
