using System.Text;
using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>s3tests</c>: runs the compatibility tests of s3-tests.git against object gateways. A list of clients, or a mapping of clients to settings, with <c>overrides.s3tests</c> over each. The
/// controller clones the tests; their modules are the distribution's packages. The gateways' logs must not show the tests' encryption key.
/// </summary>
[Task("s3tests")]
public sealed class S3TestsTask : ICheckedTask
{
    // The key that tests encrypt with; it stands in their sources
    private const string CustomerKey = "pO3upElrwuEXSoFwCfnZPdSsmt/xWeFa0N9KgDijwVs=";

    private const string BreaksOldSignatures = "import sys, botocore; sys.exit([int(n) for n in botocore.__version__.split('.')[:2]] < [1, 28])";
    private static readonly string[] Attributes = ["!fails_on_rgw", "!lifecycle_expiration", "!fails_strict_rfc2616", "!test_of_sts", "!webidentity_test"];

    /// <inheritdoc/>
    public void Check(TaskRun run) => _ = Clients(run);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        foreach (var (role, remote, options) in Clients(run))
        {
            if (options.RgwWebsiteServer is not null)
                throw new JobSkippedException($"task '{run.Name}': rgw_website_server needs names below that of the gateway ('dns-s3website-name'), which gateways of this lab have not");
            var directory = $"{run.Job.TestDirectory}/s3-tests";
            var files = await TestSources.FetchAsync(run, "s3-tests", options.GitRemote, [options.ForceBranch!], options.Sha1, cancellationToken);
            var server = options.RgwServer ?? role;
            var endpoint = TestClients.Endpoint(run, server);
            await TestSources.BringAsync(run, remote, files, directory, cancellationToken);
            var (python, runner) = await TestModules.ReadyAsync(run, remote, directory, cancellationToken);
            var users = await UsersAsync(run, remote, role, options, cancellationToken);
            var conf = $"{run.Job.RemoteArchive}/s3-tests.{role}.conf";
            await remote.WriteFileAsync(conf, Conf(role, options, endpoint, users), null, cancellationToken);
            await TestAsync(run, remote, role, options, directory, conf, python, runner, cancellationToken);
            if (options.ScanForEncryptionKeys)
                await ScanAsync(run, server, cancellationToken);
        }
    }

    private static IReadOnlyList<(string Role, Remote Remote, S3TestsOptions Options)> Clients(TaskRun run)
    {
        var clients = RoleOptions.Read<S3TestsOptions>(TestClients.WithOverrides(run, "s3tests"), []);
        foreach (var (role, _, options) in clients)
        {
            _ = RoleOptions.ClientId(run, role);
            if (options.ForceBranch is null)
                throw run.Wrong($"'{role}' must name a branch of s3-tests: force-branch", role);
            if (options.Barbican is not null)
                throw run.Wrong("'barbican' is not supported: gateways here know no other services", role);
            TestClients.CheckArguments(run, role, options.ExtraArgs);
        }

        return clients;
    }

    private static async Task<IReadOnlyList<(string Section, GatewayUser User)>> UsersAsync(TaskRun run, Remote remote, string role, S3TestsOptions options, CancellationToken cancellationToken)
    {
        var users = new List<(string, GatewayUser)>();
        foreach (var (section, name) in new[] { ("s3 main", "foo"), ("s3 alt", "bar"), ("s3 tenant", "testx$tenanteduser") })
        {
            var user = GatewayUser.Named($"{name}.{role}");
            await user.CreateAsync(run, remote, role, ["--caps", "user-policy=*"], cancellationToken);
            await user.AddPasswordsAsync(run, remote, role, cancellationToken);
            users.Add((section, user));
        }

        if (options.StsTests)
        {
            var manager = GatewayUser.Named($"foobar.{role}");
            await manager.CreateAsync(run, remote, role, [], cancellationToken);
            foreach (var caps in new[] { "user-policy=*", "roles=*", "oidc-provider=*" })
                await manager.AllowAsync(run, remote, role, caps, cancellationToken);
            users.Add(("iam", manager));
        }

        return users;
    }

    private static string Conf(string role, S3TestsOptions options, Uri endpoint, IReadOnlyList<(string Section, GatewayUser User)> users)
    {
        var conf = new StringBuilder($"[DEFAULT]\nhost = {endpoint.Host}\nport = {endpoint.Port}\nis_secure = no\ncalling_format = {options.CallingFormat ?? "ordinary"}\n")
            .Append($"kms_keyid = testkey-1\nkms_keyid2 = testkey-2\n[fixtures]\nbucket prefix = test-{role}-{{random}}-\n");
        if (options.SlowBackend is { } slow)
            conf.Append($"slow backend = {slow}\n");
        foreach (var (section, user) in users)
        {
            conf.Append($"[{section}]\nuser_id = {user.Id}\nemail = {user.Email}\ndisplay_name = {user.DisplayName}\naccess_key = {user.AccessKey}\nsecret_key = {user.SecretKey}\n")
                .Append($"totp_serial = {user.TotpSerial}\ntotp_seed = {user.TotpSeed}\ntotp_seconds = 5\n");
        }

        return conf.ToString();
    }

    private static async Task TestAsync(
        TaskRun run, Remote remote, string role, S3TestsOptions options, string directory, string conf, string python, string runner, CancellationToken cancellationToken)
    {
        var boto = await TestClients.WriteBotoAsync(run, remote, options.IdleTimeout, cancellationToken);
        IReadOnlyList<string> attributes = options.ExtraAttrs ?? (options.CallingFormat == "ordinary" ? Attributes : [.. Attributes, "!fails_with_subdomain"]);
        if ((await remote.RunAsync(RemoteCommand.Args(python, "-c", BreaksOldSignatures) with { CheckStatus = false, Quiet = true, Label = "botocore" }, cancellationToken)).ExitStatus == 0)
        {
            CephLog.Note(run.Log, $"{run.Name}: botocore of {remote.ShortName} is 1.28 or later, which signs wrongly by the old way (Ceph's issue 58059): tests of that, auth_aws2, are left out");
            attributes = [.. attributes, "!auth_aws2"];
        }

        await TestClients.RunAsync(run, remote, role, runner, directory, python, attributes, options.ExtraArgs, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["S3TEST_CONF"] = conf,
            ["BOTO_CONFIG"] = boto,
            ["REQUESTS_CA_BUNDLE"] = "/etc/ssl/certs/ca-certificates.crt",
        }, cancellationToken);
    }

    private static async Task ScanAsync(TaskRun run, string server, CancellationToken cancellationToken)
    {
        var (remote, name) = (run.Job.Cluster.Single(server), Role.Split(server));
        var log = $"/var/log/ceph/rgw.{name.Cluster}.{name.Daemon}.log";
        var found = await remote.RunAsync(RemoteCommand.Args("grep", "--binary-files=text", "-c", CustomerKey, log) with { Sudo = true, CheckStatus = false, Label = "leaked keys" }, cancellationToken);
        if (found.ExitStatus != 1)
            throw new TeuthologyException(FailureKind.Product, found.ExitStatus == 0 ? $"{log} on {remote.ShortName} shows the key that tests encrypt with, {found.Stdout.Trim()} times" : $"{log}: {found.Stderr.Trim()}");
    }
}
