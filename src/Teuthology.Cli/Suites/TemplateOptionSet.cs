using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Teuthology.Results;
using Teuthology.Scheduling;
using Teuthology.Suites;

namespace Teuthology.Cli;

/// <summary>The options that say what jobs have besides their fragments, by upstream's names and letters, and the user's own YAML files.</summary>
internal sealed class TemplateOptionSet
{
    private const string TimeFormat = "yyyy-MM-dd_HH:mm:ss";

    private readonly Argument<string[]> _overlays = new("YAML") { Description = "Files that are merged over every job, in this order", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _template = new("--template") { Description = "Jobs as upstream would schedule them; any option below implies it" };
    private readonly Option<string?> _ceph = Text("BRANCH", "Branch of Ceph (default $TEUTH_CEPH_BRANCH, else main)", "--ceph", "-c");
    private readonly Option<string?> _sha1 = Text("SHA1", "Commit of Ceph; not looked up, without it no commit is named", "--sha1", "-S");
    private readonly Option<string?> _kernel = Text("BRANCH", "Kernel: distro, none or a branch (default distro)", "--kernel", "-k");
    private readonly Option<string?> _kernelSha1 = Text("SHA1", "Commit of that branch", "--kernel-sha1");
    private readonly Option<string?> _kdb = Text("yes|no", "Switch kdb on in the kernel (default yes)", "--kdb");
    private readonly Option<string?> _flavor = Text("FLAVOR", "Flavor of the packages (default default)", "--flavor", "-f");
    private readonly Option<string?> _machineType = Text("TYPE", "Kind of machines, several with commas", "--machine-type", "-m");
    private readonly Option<string?> _distro = Text("NAME", "Operating system; jobs with another one are left out", "--distro", "-d");
    private readonly Option<string?> _distroVersion = Text("VERSION", "Its version or, with --distro, its code name", "--distro-version", "-D");
    private readonly Option<string?> _arch = Text("ARCH", "Architecture, for jobs that exclude one (default this host's)", "--arch");
    private readonly Option<string?> _cephRepo = Text("URL", "Ceph's repository, also NAME or USER/NAME (default $TEUTH_CEPH_REPO, else ceph-ci)", "--ceph-repo");
    private readonly Option<string?> _suiteRepo = Text("URL", "The suites' repository (default $TEUTH_SUITE_REPO, else ceph-ci)", "--suite-repo");
    private readonly Option<string?> _suiteRelpath = Text("DIR", "Directory in it that holds suites and tasks (default qa)", "--suite-relpath");
    private readonly Option<string?> _suiteBranch = Text("BRANCH", "Branch of the suites (default $TEUTH_SUITE_BRANCH, else that of Ceph)", "--suite-branch");
    private readonly Option<string?> _suiteSha1 = Text("SHA1", "Commit of the suites", "--suite-sha1");
    private readonly Option<string?> _teuthologyBranch = Text("BRANCH", "Branch of the framework (default $TEUTH_BRANCH, else qa/.teuthology_branch, else main)", "--teuthology-branch", "-t");
    private readonly Option<string?> _email = Text("ADDRESS", "Who gets the results", "--email", "-e");
    private readonly Option<string?> _rocketchat = Text("CHANNELS", "Channels that get a message", "--rocketchat");
    private readonly Option<string?> _expire = Text("TIME", "When jobs expire: ISO 8601, or 90s, 30m, 1h, 3d, 1w from now", "--expire");
    private readonly Option<long?> _priority = new("--priority", "-p") { HelpName = "N", Description = "Lower is sooner (default 1000)" };
    private readonly Option<long?> _sleep = new("--sleep-before-teardown") { HelpName = "SECONDS", Description = "Sleep before machines are given back" };
    private readonly Option<string?> _archiveUpload = Text("DEST", "Where archives are uploaded to, for rsync", "--archive-upload");
    private readonly Terminal _terminal;
    private readonly Option[] _options;

    private SiteConfig? _site;

    /// <param name="terminal">Looks up variables.</param>
    /// <param name="verb">Gets the options.</param>
    /// <param name="scheduling">Whether the jobs are scheduled: they have a template in any case, and branches are looked up.</param>
    public TemplateOptionSet(Terminal terminal, Command verb, bool scheduling = false)
    {
        _terminal = terminal;
        if (scheduling)
            _sha1.Description = "Commit of Ceph, instead of the branch's newest";
        _options =
        [
            _template, _ceph, _sha1, _kernel, _kernelSha1, _kdb, _flavor, _machineType, _distro, _distroVersion, _arch, _cephRepo, _suiteRepo, _suiteRelpath,
            _suiteBranch, _suiteSha1, _teuthologyBranch, _email, _rocketchat, _expire, _priority, _sleep, _archiveUpload,
        ];
        MachineTypeWords.Complete(_machineType, terminal);
        verb.Add(_overlays);
        foreach (var option in _options.Where(option => !scheduling || option != _template))
            verb.Add(option);
    }

    /// <summary>The site's configuration.</summary>
    /// <exception cref="ConfigurationException">It makes no sense.</exception>
    public SiteConfig Site => _site ??= SiteConfig.Load(_terminal.Environment);

    /// <summary>The files that go over the jobs.</summary>
    public IReadOnlyList<string> Overlays(ParseResult line) => line.GetValue(_overlays) ?? [];

    /// <summary>Directory in the suites' repository that holds suites; null where the line names none.</summary>
    public string? Relpath(ParseResult line) => line.GetValue(_suiteRelpath);

    /// <summary>Kind of machines that the line names; null for none.</summary>
    public string? MachineType(ParseResult line) => line.GetValue(_machineType) is { Length: > 0 } type ? type : null;

    /// <summary>Where the line has archives uploaded; null for nowhere.</summary>
    public string? ArchiveUpload(ParseResult line) => line.GetValue(_archiveUpload);

    /// <summary>Who gets the results.</summary>
    public string? Email(ParseResult line) => line.GetValue(_email);

    /// <summary>Seconds that jobs sleep before they give their machines back.</summary>
    public long SleepBeforeTeardown(ParseResult line) => line.GetValue(_sleep) ?? 0;

    /// <summary>Architecture that the line names; null for none.</summary>
    public string? Arch(ParseResult line) => line.GetValue(_arch);

    /// <summary>What the line, the environment and the site say about repositories.</summary>
    public RepositoryChoice Repositories(ParseResult line)
    {
        var ceph = line.GetValue(_cephRepo) ?? _terminal.Environment("TEUTH_CEPH_REPO");
        var suite = line.GetValue(_suiteRepo) ?? _terminal.Environment("TEUTH_SUITE_REPO");
        return new RepositoryChoice
        {
            CephBranch = line.GetValue(_ceph) ?? _terminal.Environment("TEUTH_CEPH_BRANCH") ?? "main",
            CephUrl = Repository(ceph, Site.CephGitUrl),
            CephIsNamed = ceph is not null || Site.All.Get("ceph_git_url") is not null || Site.All.Get("ceph_git_base_url") is not null,
            SuiteUrl = Repository(suite, Site.SuiteGitUrl),
            SuiteIsNamed = suite is not null || Site.All.Get("ceph_qa_suite_git_url") is not null || Site.All.Get("ceph_git_url") is not null || Site.All.Get("ceph_git_base_url") is not null,
            CephSha1 = line.GetValue(_sha1),
            SuiteBranch = line.GetValue(_suiteBranch) ?? _terminal.Environment("TEUTH_SUITE_BRANCH"),
            SuiteSha1 = line.GetValue(_suiteSha1),
            TeuthologyBranch = line.GetValue(_teuthologyBranch) ?? _terminal.Environment("TEUTH_BRANCH"),
        };
    }

    /// <summary>Whether jobs are to be made from a template.</summary>
    public bool IsWanted(ParseResult line) => _options.Any(option => line.GetResult(option) is { Implicit: false });

    /// <summary>Whether the user has files that go over the jobs.</summary>
    public bool HasOverlays(ParseResult line) => line.GetValue(_overlays) is { Length: > 0 };

    /// <summary>What the line says about every job.</summary>
    /// <exception cref="ConfigurationException">An option makes no sense.</exception>
    public JobTemplate Read(ParseResult line, SuiteTree tree, SuiteSelection selection, string? owner, string? name) => Read(line, BranchOf(tree), selection, owner, name, null, null);

    /// <summary>What the line says about every job, with a machine type where it names none.</summary>
    /// <exception cref="ConfigurationException">An option makes no sense.</exception>
    public JobTemplate Read(ParseResult line, string? teuthologyBranch, SuiteSelection selection, string? owner, string? name, string? fallbackMachineType, string? kernelSha1)
    {
        var ceph = line.GetValue(_ceph) ?? _terminal.Environment("TEUTH_CEPH_BRANCH") ?? "main";
        var kernel = line.GetValue(_kernel) ?? "distro";
        var flavor = line.GetValue(_flavor) ?? "default";
        var machineType = line.GetValue(_machineType) is { Length: > 0 } asked and not "None" ? asked : fallbackMachineType;
        if (machineType?.Contains("multi", StringComparison.Ordinal) == true)
            throw new ConfigurationException("'multi' is not a valid machine_type. Maybe you want 'gibba,smithi,mira' or similar");
        var user = string.IsNullOrEmpty(owner) ? System.Environment.UserName : owner;
        var now = _terminal.Time.GetLocalNow().DateTime;
        var (distro, version) = Distro(line);
        return new JobTemplate
        {
            Suite = selection.Name,
            RunName = name ?? new RunName
            {
                User = user,
                Scheduled = now,
                Suite = selection.Name,
                Branch = ceph,
                Kernel = kernel.Length == 0 ? "-" : kernel,
                Flavor = flavor,
                MachineType = QueuedJob.Tube(machineType) ?? "-",
            }.ToString(),
            User = user,
            Timestamp = now.ToString(TimeFormat, CultureInfo.InvariantCulture),
            Owner = owner,
            Email = line.GetValue(_email),
            Rocketchat = line.GetValue(_rocketchat),
            Priority = line.GetValue(_priority) ?? 1000,
            Seed = selection.Options.Seed,
            Subset = selection.Options.Subset?.ToString(),
            Expire = line.GetValue(_expire) is { } expire ? Expiry.Read(expire, _terminal.Time.GetUtcNow()).ToString(TimeFormat, CultureInfo.InvariantCulture) : null,
            SleepBeforeTeardown = line.GetValue(_sleep) ?? 0,
            CephBranch = ceph,
            CephSha1 = line.GetValue(_sha1),
            CephRepo = Repositories(line).CephUrl,
            SuiteRepo = Repositories(line).SuiteUrl,
            SuiteBranch = line.GetValue(_suiteBranch) ?? _terminal.Environment("TEUTH_SUITE_BRANCH") ?? ceph,
            SuiteSha1 = line.GetValue(_suiteSha1),
            SuiteRelpath = line.GetValue(_suiteRelpath) ?? "qa",
            TeuthologyBranch = line.GetValue(_teuthologyBranch) ?? _terminal.Environment("TEUTH_BRANCH") ?? teuthologyBranch ?? "main",
            MachineType = machineType,
            OsType = distro,
            OsVersion = version,
            Flavor = flavor,
            Kernel = Kernel(line, kernel, kernelSha1),
            ArchiveUpload = line.GetValue(_archiveUpload),
        };
    }

    /// <summary>Makes the jobs of a selection, from a template where there is one, the user's files on top.</summary>
    /// <exception cref="ConfigurationException">A file of the user's cannot be read.</exception>
    public JobComposer Composer(ParseResult line, SuiteTree tree, SuiteSelection selection, JobTemplate? template, LabOverlay? lab = null, string? more = null) => new(tree.Directory, template, selection.Filter, selection.Options.Seed)
    {
        Lab = lab,
        Overlays = [.. Overlays(line).Append(more).OfType<string>().Select(path => JobOverlay.Load(_terminal.FullPath(path)))],
        Arch = line.GetValue(_arch) ?? HostArchitecture(),
        Skipped = _terminal.Error.WriteLine,
    };

    /// <summary>This host's.</summary>
    public static string HostArchitecture() => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "x86_64",
        Architecture.Arm64 => "aarch64",
        Architecture.Arm => "armv7l",
        var other => other.ToString().ToLowerInvariant(),
    };

    private static Option<string?> Text(string helpName, string description, string name, params string[] aliases) =>
        new(name, aliases) { HelpName = helpName, Description = description };

    // `foo` and `user/foo` take the place of the end of the usual address.
    private static string Repository(string? text, string usual)
    {
        if (string.IsNullOrEmpty(text))
            return usual;
        var parts = text.TrimEnd('/').Split('/');
        return parts.Length > 2 || text.Contains(':') || text.StartsWith('.') ? text : $"{string.Join('/', usual.TrimEnd('/').Split('/')[..^parts.Length].Concat(parts))}.git";
    }

    /// <summary>The kernel's branch whose commit has to be found out; null when there is nothing to find.</summary>
    public string? UnknownKernel(ParseResult line) =>
        line.GetValue(_kernel) is { Length: > 0 } branch && branch != "distro" && !branch.Equals("none", StringComparison.OrdinalIgnoreCase) && NamedCommit(line, branch) is null ? branch : null;

    /// <summary>The operating system that the line asks for, and its version.</summary>
    /// <exception cref="ConfigurationException">There is no such version.</exception>
    public (string? Distro, string? Version) AskedSystem(ParseResult line) => Distro(line);

    private string? NamedCommit(ParseResult line, string branch) =>
        line.GetValue(_kernelSha1) ?? (branch.Length >= 7 && branch.All(char.IsAsciiHexDigitLower) ? branch : null);

    private KernelChoice? Kernel(ParseResult line, string branch, string? found)
    {
        var kdb = line.GetValue(_kdb) is not { } text || Truth.Read("--kdb", text);
        if (branch.Equals("none", StringComparison.OrdinalIgnoreCase) || branch.Length == 0)
            return null;
        if (branch == "distro")
            return KernelChoice.Distro with { Kdb = kdb };
        return (NamedCommit(line, branch) ?? found) is { } sha1
            ? new KernelChoice(branch, sha1) { Kdb = kdb }
            : throw new ConfigurationException($"the kernel branch '{branch}' is not looked up; name its commit with --kernel-sha1");
    }

    private (string? Distro, string? Version) Distro(ParseResult line)
    {
        var (distro, version) = (line.GetValue(_distro), line.GetValue(_distroVersion));
        if (!string.IsNullOrEmpty(distro) && !string.IsNullOrEmpty(version))
            version = DistributionVersions.Version(distro, version);
        return (Lower(distro), Lower(version));
    }

    /// <summary>The branch that the suites say they need, in <c>qa/.teuthology_branch</c>.</summary>
    public static string? BranchOf(SuiteTree tree)
    {
        var file = Path.Combine(Path.GetDirectoryName(tree.Directory) ?? "/", ".teuthology_branch");
        return File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } branch ? branch : null;
    }

    private static string? Lower(string? text) => string.IsNullOrEmpty(text) ? null : text.ToLowerInvariant();
}
