using Teuthology.Yaml;

namespace Teuthology;

/// <summary>
/// The site's configuration, <c>.teuthology.yaml</c>, in upstream's keys: those that touch a job. Where upstream's default names a server of
/// the Sepia lab, ours is null: nothing outside is asked unless the site says so.
/// </summary>
public sealed record SiteConfig
{
    private const string GitBase = "https://github.com/ceph/";

    /// <summary>A site that configured nothing.</summary>
    public static SiteConfig Empty { get; } = new();

    /// <summary>The file that was read; null when there is none.</summary>
    public string? File { get; init; }

    /// <summary><c>archive_base</c>: directory above all runs' archives.</summary>
    public string? ArchiveBase { get; init; }

    /// <summary><c>archive_server</c>: public URL of <see cref="ArchiveBase"/>, for links in mails.</summary>
    public string? ArchiveServer { get; init; }

    /// <summary><c>archive_upload</c>: where rsync copies archives to.</summary>
    public string? ArchiveUpload { get; init; }

    /// <summary><c>archive_upload_key</c>: private key for that.</summary>
    public string? ArchiveUploadKey { get; init; }

    /// <summary><c>ceph_git_url</c>: Ceph's repository; without it <c>ceph-ci.git</c> below <c>ceph_git_base_url</c>.</summary>
    public string CephGitUrl { get; init; } = GitBase + "ceph-ci.git";

    /// <summary><c>ceph_qa_suite_git_url</c>: the suites' repository; without it <see cref="CephGitUrl"/>.</summary>
    public string SuiteGitUrl { get; init; } = GitBase + "ceph-ci.git";

    /// <summary><c>default_machine_type</c>: kind of machine that jobs get unless they say; null for any.</summary>
    public string? DefaultMachineType { get; init; }

    /// <summary><c>githelper_base_url</c>: server that knows the history of repositories; null has git tell it.</summary>
    public string? GithelperBaseUrl { get; init; }

    /// <summary><c>job_threshold</c>: most jobs of a run; 0 for no limit.</summary>
    public long JobThreshold { get; init; } = 500;

    /// <summary><c>lab_domain</c>: domain that short names of targets get; empty for none.</summary>
    public string LabDomain { get; init; } = "";

    /// <summary><c>lock_server</c>: URL of the server that knows machines and locks; null asks none.</summary>
    public string? LockServer { get; init; }

    /// <summary><c>max_job_time</c>: how long a job may take, in seconds; null for no limit (upstream: three days).</summary>
    public TimeSpan? MaxJobTime { get; init; }

    /// <summary><c>pcp_host</c>: host that keeps performance data.</summary>
    public string? PcpHost { get; init; }

    /// <summary><c>results_email</c>: who hears when a run cannot be scheduled.</summary>
    public string? ResultsEmail { get; init; }

    /// <summary><c>results_sending_email</c>: sender of mails.</summary>
    public string ResultsSendingEmail { get; init; } = "teuthology";

    /// <summary><c>results_server</c>: URL of the server that knows runs and jobs; null keeps them in the store of this site.</summary>
    public string? ResultsServer { get; init; }

    /// <summary><c>results_timeout</c>: how long the mail about a run waits for its jobs.</summary>
    public TimeSpan ResultsTimeout { get; init; } = TimeSpan.FromHours(12);

    /// <summary><c>results_ui_server</c>: URL of the results page, for links in mails.</summary>
    public string? ResultsUiServer { get; init; }

    /// <summary><c>sentry_dsn</c>: address, with its key, of the Sentry project that failures are told to; null tells none.</summary>
    public string? SentryDsn { get; init; }

    /// <summary><c>sentry_server</c>: URL of Sentry's pages, for links.</summary>
    public string? SentryServer { get; init; }

    /// <summary><c>smtp_server</c>, a key of ours: <c>host</c> or <c>host:port</c> that takes mails; upstream knows localhost only.</summary>
    public string SmtpServer { get; init; } = "localhost:25";

    /// <summary><c>src_base_path</c>: directory of the checkouts of suites.</summary>
    public string? SrcBasePath { get; init; }

    /// <summary><c>ssh_config_path</c>: OpenSSH's client configuration; null for its own choice, <c>~/.ssh/config</c>.</summary>
    public string? SshConfigPath { get; init; }

    /// <summary><c>ssh_key</c>: private key that opens given targets; beats ssh's own configuration.</summary>
    public string? SshKey { get; init; }

    /// <summary><c>store</c>, a key of ours: where it is kept who holds which machine, a file or a PostgreSQL database; null for a file of this host.</summary>
    public string? Store { get; init; }

    /// <summary><c>suite_allow_missing_packages</c>: schedule jobs although their packages are not there.</summary>
    public bool SuiteAllowMissingPackages { get; init; }

    /// <summary><c>suite_verify_ceph_hash</c>: look for a job's packages before it is scheduled.</summary>
    public bool SuiteVerifyCephHash { get; init; } = true;

    /// <summary><c>task_assemblies</c>, a key of ours: assemblies with tasks besides the built-in ones; relative paths start at the file's directory.</summary>
    public IReadOnlyList<string> TaskAssemblies { get; init; } = [];

    /// <summary><c>test_path</c>: the directory that a job may fill on its machines.</summary>
    public string? TestPath { get; init; }

    /// <summary><c>test_user</c>: login user of targets that name none.</summary>
    public string TestUser { get; init; } = "ubuntu";

    /// <summary><c>teuthology_branch</c>: branch of the framework, where a run names none.</summary>
    public string? TeuthologyBranch { get; init; }

    /// <summary><c>teuthology_git_url</c>: the framework's repository.</summary>
    public string TeuthologyGitUrl { get; init; } = GitBase + "teuthology.git";

    /// <summary><c>teuthology_path</c>: checkout of the framework that every run uses.</summary>
    public string? TeuthologyPath { get; init; }

    /// <summary><c>verify_host_keys</c>: look a target without a key up in known_hosts.</summary>
    public bool VerifyHostKeys { get; init; } = true;

    /// <summary>Every key as it was read.</summary>
    public YamlMap All { get; init; } = [];

    /// <summary>Takes the first file there is of <c>$TEUTHOLOGY_CONFIG</c>, <c>~/.teuthology.yaml</c> and <c>/etc/teuthology.yaml</c>, and that alone.</summary>
    /// <param name="environment">Gives a variable's value, or null.</param>
    /// <exception cref="ConfigurationException">The file is no YAML mapping, or a key has a value of the wrong kind.</exception>
    public static SiteConfig Load(Func<string, string?> environment)
    {
        var home = environment("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        string?[] places = [SiteReader.Expand(environment("TEUTHOLOGY_CONFIG"), home), Path.Combine(home, ".teuthology.yaml"), "/etc/teuthology.yaml"];
        return Array.Find(places, System.IO.File.Exists) is { } file ? Read(file, home) : Empty;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="home">What <c>~</c> stands for in it.</param>
    /// <exception cref="ConfigurationException">It is no YAML mapping, or a key has a value of the wrong kind.</exception>
    public static SiteConfig Read(string file, string home)
    {
        var map = YamlLoader.LoadFile(file) switch
        {
            null => [],
            YamlMap keys => keys,
            _ => throw new ConfigurationException($"{file}: a site configuration is a mapping of keys"),
        };
        var read = new SiteReader(map, home);
        var gitBase = read.Text("ceph_git_base_url") ?? GitBase;
        var cephGit = read.Text("ceph_git_url") ?? gitBase + "ceph-ci.git";
        return new SiteConfig
        {
            File = file,
            All = map,
            ArchiveBase = read.Path("archive_base"),
            ArchiveServer = read.Text("archive_server"),
            ArchiveUpload = read.Text("archive_upload"),
            ArchiveUploadKey = read.Path("archive_upload_key"),
            CephGitUrl = cephGit,
            SuiteGitUrl = read.Text("ceph_qa_suite_git_url") ?? cephGit,
            DefaultMachineType = read.Text("default_machine_type"),
            GithelperBaseUrl = read.Text("githelper_base_url"),
            JobThreshold = read.Number("job_threshold") ?? Empty.JobThreshold,
            LabDomain = read.Text("lab_domain") ?? Empty.LabDomain,
            LockServer = read.Text("lock_server"),
            MaxJobTime = read.Seconds("max_job_time"),
            PcpHost = read.Text("pcp_host"),
            ResultsEmail = read.Text("results_email"),
            ResultsSendingEmail = read.Text("results_sending_email") ?? Empty.ResultsSendingEmail,
            ResultsServer = read.Text("results_server"),
            ResultsTimeout = read.Seconds("results_timeout") ?? Empty.ResultsTimeout,
            ResultsUiServer = read.Text("results_ui_server"),
            SentryDsn = read.Text("sentry_dsn"),
            SentryServer = read.Text("sentry_server"),
            SmtpServer = read.Text("smtp_server") ?? Empty.SmtpServer,
            SrcBasePath = read.Path("src_base_path"),
            SshConfigPath = read.Path("ssh_config_path"),
            SshKey = read.Path("ssh_key"),
            Store = read.Text("store"),
            SuiteAllowMissingPackages = read.Flag("suite_allow_missing_packages") ?? Empty.SuiteAllowMissingPackages,
            SuiteVerifyCephHash = read.Flag("suite_verify_ceph_hash") ?? Empty.SuiteVerifyCephHash,
            TaskAssemblies = read.Paths("task_assemblies", System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file))!),
            TestPath = read.Text("test_path"),
            TestUser = read.Text("test_user") ?? Empty.TestUser,
            TeuthologyBranch = read.Text("teuthology_branch"),
            TeuthologyGitUrl = read.Text("teuthology_git_url") ?? gitBase + "teuthology.git",
            TeuthologyPath = read.Path("teuthology_path"),
            VerifyHostKeys = read.Flag("verify_host_keys") ?? Empty.VerifyHostKeys,
        };
    }
}
