using System.CommandLine;
using Teuthology.Lab;
using Teuthology.OpenStack;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary><c>teuthology openstack --suite SUITE</c>: runs a suite on servers of an OpenStack cloud, as upstream's <c>teuthology-openstack</c>.</summary>
internal sealed class OpenStackVerb : Verb
{
    private readonly OpenStackOptionParts _parts;
    private readonly Option<int> _atOnce = new("--simultaneous-jobs") { HelpName = "N", Description = "How many jobs run side by side", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> _run = new("--run") { HelpName = "RUN", Description = "Name of the run (default user, time, suite and more, as upstream)" };
    private readonly Option<string?> _owner = new("--owner") { HelpName = "OWNER", Description = "Owner of the locks (default user@host)" };
    private readonly Option<string?> _archive = new("--archive", "-a") { HelpName = "DIR", Description = "Directory that holds the archives of runs (default $TEUTHOLOGY_ARCHIVE, else the site's archive_base, else ~/.local/share/teuthology/archive)" };
    private readonly Option<double?> _timeout = new("--job-timeout") { HelpName = "SECONDS", Description = "Most time for a job, 0 for no limit (default $TEUTHOLOGY_JOB_TIMEOUT, else none)" };
    private readonly Option<bool> _upload = new("--upload") { Description = "Upload archives to --archive-upload, or archive_upload of ~/.teuthology.yaml, by rsync" };
    private readonly Option<bool> _teardown = new("--teardown") { Description = "Take the cluster away: after the suite, or at once where none is named" };
    private readonly Option<int> _num = new("--num", "-N") { HelpName = "N", Description = "How many times each job runs", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Make nothing; tell servers, volumes, hours and costs, and whether the quota has room for them" };
    private readonly Option<double> _jobHours = new("--job-hours") { HelpName = "H", Description = "Hours of a job that is not known by earlier runs", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> _json = new("--json") { Description = "Results, and the estimate of --dry-run, as one JSON object a line" };

    public OpenStackVerb(Terminal terminal, params IEnumerable<Command> verbs)
        : base(terminal, "openstack", "Run a suite on servers of an OpenStack cloud, which are made for it and taken away")
    {
        _parts = OpenStackOptionParts.AddTo(this, terminal, [_atOnce, _num, _dryRun, _jobHours, _upload, _teardown, _run, _owner, _archive, _timeout, _json]);
        foreach (var verb in verbs)
            Add(verb);
        Remarks =
        [
            "With --setup a server of the cloud is the controller: it gets this program, suites, configuration and credentials over SSH, runs the suite and shows it, whatever becomes of this machine, and stays until --teardown. "
            + "Later lines with --suite go to it. With --wait this waits for the run.",
            "Without one this machine is the controller: it makes the servers of each job, runs the job over SSH, and destroys them when it is over, however it ends. "
            + "The cloud is found by the OS_* variables (source openrc.sh), by clouds.yaml, or by the options. Web interface and archives stay until --teardown.",
            "Before the first server the project's quota is compared with what the run takes at most. What a killed run leaves goes with the next run, or with `teuthology openstack gc`.",
            "The exit code is 0 when every job passed or was skipped, else 1.",
        ];
        Examples =
        [
            ("teuthology openstack --suite dummy --suite-dir suites", "Source openrc.sh first: the smallest suite on the cloud's smallest servers that fit"),
            ("teuthology openstack --setup --suite dummy --suite-dir suites --wait", "The same on a controller in the cloud, and wait for its end"),
            ("teuthology openstack --setup --simultaneous-jobs 10 --controller-disk 200", "Only make the controller, for ten jobs at once"),
            ("teuthology openstack -s rbd --simultaneous-jobs 5 --dry-run", "What five jobs at once take of the cloud"),
            ("teuthology openstack -s rados --subset 3/200 --budget 40 --upload --teardown", "At most 40 server-hours; archives are uploaded, then everything goes"),
            ("teuthology openstack --teardown", "Take the cluster away"),
            ("teuthology openstack gc", "Remove what killed runs left"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        Check(line);
        _parts.Controller.Remark(line, Terminal.Error);
        var site = Site(line);
        var machineType = _parts.Template.MachineType(line) ?? "openstack";
        var (type, options) = _parts.Cloud.Read(site, machineType);
        using var cloud = OpenStackCloud.Open(options.Credentials(Terminal.Environment), new OpenStackOptions { Time = Terminal.Time });
        using var http = new HttpClient();
        var fleet = new ControllerFleet(site, LabSettings.Read(Terminal, null), type, options, cloud, http, Terminal.Time);
        var teardown = new ClusterTeardown(Terminal, site, options, cloud, fleet);
        var verbose = line.GetValue<bool>("--verbose");
        var code = ExitCode.Success;
        if (HasJobs(line) || _parts.Controller.Setup(line))
        {
            var flow = new ControllerFlow(Terminal, site, options, cloud, fleet);

            // What is wrong with the order is told before a server is made for it.
            var order = HasJobs(line) && _parts.Controller.Setup(line) ? Order(line, site) : null;
            await using var host = await HostAsync(line, flow, cancellationToken);
            code = host is null ? await RunHereAsync(line, site, cancellationToken)
                : HasJobs(line) ? await flow.RunAsync(host, order ?? Order(line, site), cancellationToken)
                : await flow.RemindAsync(host, _parts.Controller.UploadUrl(line));
        }

        if (line.GetValue(_teardown) && !line.GetValue(_dryRun))
            await teardown.RunAsync(verbose, cancellationToken);
        return code;
    }

    private bool HasJobs(ParseResult line) => _parts.Suite.Suite(line) is not null || _parts.Rerun.Run(line) is not null;

    private void Check(ParseResult line)
    {
        var setup = _parts.Controller.Setup(line);
        if (!HasJobs(line) && !setup && !line.GetValue(_teardown))
            throw new ConfigurationException("name a suite with --suite, --setup, or --teardown; `teuthology openstack --help` has examples");
        if (setup && line.GetValue(_teardown) && !(HasJobs(line) && _parts.Controller.Wait(line)))
            throw new ConfigurationException("it does not make sense to teardown a cluster right after a suite is scheduled: --wait waits for its end");
        if (setup && line.GetValue(_archive) is not null)
            throw new ConfigurationException("--archive names a directory of this machine, and --setup has archives on the controller: leave one of them out");
        if (line.GetValue(_atOnce) < 1)
            throw new ConfigurationException("--simultaneous-jobs must be 1 or more");
        if (line.GetValue(_num) is < 1 or > 10_000)
            throw new ConfigurationException("--num must be 1 or more");
        if (line.GetValue(_jobHours) is not (> 0 and < 10_000))
            throw new ConfigurationException("--job-hours must be a number of hours above 0");
        _parts.Controller.Check(line);
        _parts.Rerun.Check(line);
    }

    private SiteConfig Site(ParseResult line)
    {
        var site = _parts.Cloud.Site(line);
        if (_parts.Repositories.NoTags(line))
            site.All["canonical_tags"] = false;
        return site with
        {
            ArchiveUpload = !line.GetValue(_upload) ? null
                : _parts.Template.ArchiveUpload(line) ?? site.ArchiveUpload ?? throw new ConfigurationException("--upload: where to? Name it with --archive-upload, or archive_upload in ~/.teuthology.yaml"),
        };
    }

    // The controller runs its suites itself.
    private async Task<ControllerHost?> HostAsync(ParseResult line, ControllerFlow flow, CancellationToken cancellationToken)
    {
        if (line.GetValue(_dryRun) || Terminal.Environment(ControllerHost.Variable) is not null)
            return null;
        if (_parts.Controller.Setup(line))
            return await flow.SetUpAsync(_parts.Controller.Needs(line, line.GetValue(_atOnce)), cancellationToken);
        if (await flow.FindAsync(cancellationToken) is not { } there)
            return null;
        if (line.GetValue(_teardown) && !_parts.Controller.Wait(line))
            throw new ConfigurationException("it does not make sense to teardown a cluster right after a suite is scheduled: --wait waits for its end");
        return await flow.OpenAsync(there, cancellationToken);
    }

    private string? Repositories(ParseResult line) => _parts.Repositories.Write(line, Path.Combine(LabSettings.Read(Terminal, null).StateDirectory, "openstack", "repositories"));

    private ControllerOrder Order(ParseResult line, SiteConfig site)
    {
        var asked = _parts.Suite.Suite(line) ?? "rerun";
        var name = line.GetValue(_run) ?? new RunName
        {
            User = Environment.UserName,
            Scheduled = Terminal.Time.GetLocalNow().DateTime,
            Suite = asked.Replace('/', ':'),
            Branch = "main",
            Kernel = "distro",
            Flavor = "default",
            MachineType = "openstack",
        }.ToString();
        Option[] here = [_teardown, _run, _dryRun, _archive, _upload, .. _parts.Cloud.All, .. _parts.Repositories.Options, _parts.Suite.DirectoryOption];
        return new ControllerOrder(name, [.. _parts.Controller.Words(line, here), .. site.ArchiveUpload is null ? Array.Empty<string>() : ["--upload"]])
        {
            SuiteDirectory = SuitesOf(line),
            Overlays = [.. _parts.Template.Overlays(line).Select(Terminal.FullPath), .. Repositories(line) is { } file ? [file] : Array.Empty<string>()],
            Patience = _parts.Controller.Wait(line) ? _parts.Controller.Patience(line, site) : null,
            UploadUrl = _parts.Controller.UploadUrl(line),
        };
    }

    // Of a checkout all of it that tests need, not its suites alone.
    private string SuitesOf(ParseResult line)
    {
        if (_parts.Suite.DirectoryOf(line) is { } named)
            return named;
        if (_parts.Suite.Suite(line) is not { } suite)
            throw new ConfigurationException("--rerun on a controller needs --suite-dir, the directory of the run's suites");
        var directory = Path.GetFullPath(_parts.Suite.Tree(line, suite).Directory);
        return directory.EndsWith("/qa/suites", StringComparison.Ordinal) ? Path.GetFullPath(Path.Combine(directory, "../..")) : directory;
    }

    private Task<int> RunHereAsync(ParseResult line, SiteConfig site, CancellationToken cancellationToken)
    {
        if (!HasJobs(line))
            throw new ConfigurationException("--dry-run tells what a suite takes: name it with --suite");
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
        var order = new PlaceOrder(line.GetValue(_atOnce), line.GetValue(_num), line.GetValue(_jobHours), line.GetValue(_dryRun), Repositories(line));
        return new PlaceRun(Terminal, _parts, site, settings).RunAsync(line, order, cancellationToken);
    }
}
