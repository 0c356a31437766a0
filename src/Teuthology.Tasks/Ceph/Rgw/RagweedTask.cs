using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>ragweed</c>: tests that look at what gateways leave in the cluster's pools. A list of clients, or a mapping of clients to settings, with <c>overrides.ragweed</c> over each; sources as
/// of <c>s3tests</c>. What one task has prepared another can check.
/// </summary>
[Task("ragweed")]
public sealed class RagweedTask : ICheckedTask
{
    private static readonly string[] Attributes = ["!fails_on_rgw"];
    private static readonly string[] Releases = ["master", "nautilus", "mimic", "luminous", "kraken", "jewel"];

    /// <inheritdoc/>
    public void Check(TaskRun run) => _ = Clients(run);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        foreach (var (role, remote, options) in Clients(run))
        {
            var endpoint = TestClients.Endpoint(run, options.RgwServer ?? role);
            var directory = $"{run.Job.TestDirectory}/ragweed";
            var files = await TestSources.FetchAsync(run, "ragweed", null, Branches(run, options), options.Sha1, cancellationToken);
            await TestSources.BringAsync(run, remote, files, directory, cancellationToken);
            var (python, runner) = await TestModules.ReadyAsync(run, remote, directory, cancellationToken);
            var conf = $"{run.Job.RemoteArchive}/ragweed.{role}.conf";
            if (options.Stages.Contains("prepare", StringComparison.Ordinal))
                await remote.WriteFileAsync(conf, await ConfAsync(run, remote, role, options, endpoint, cancellationToken), null, cancellationToken);
            var boto = await TestClients.WriteBotoAsync(run, remote, options.IdleTimeout, cancellationToken);
            await TestClients.RunAsync(run, remote, role, runner, directory, python, Attributes, options.ExtraArgs, new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["RAGWEED_CONF"] = conf,
                ["RAGWEED_STAGES"] = options.Stages,
                ["BOTO_CONFIG"] = boto,
            }, cancellationToken);
        }
    }

    private static IReadOnlyList<(string Role, Remote Remote, RagweedOptions Options)> Clients(TaskRun run)
    {
        var clients = RoleOptions.Read<RagweedOptions>(TestClients.WithOverrides(run, "ragweed"), []);
        foreach (var (role, _, options) in clients)
        {
            _ = RoleOptions.ClientId(run, role);
            TestClients.CheckArguments(run, role, options.ExtraArgs);
            if (options.Stages is not ("prepare" or "check" or "prepare,check"))
                throw run.Wrong($"'stages' of '{role}' must be prepare, check or prepare,check, not '{options.Stages}'", role);
        }

        return clients;
    }

    private static IReadOnlyList<string> Branches(TaskRun run, RagweedOptions options)
    {
        if (options.ForceBranch is { } forced)
            return [forced];
        var suite = (run.Job.Config.Get("suite_branch") ?? run.Job.Config.Get("branch")) as string;
        var branch = options.Branch ?? (Releases.Contains(suite) ? $"ceph-{suite}" : suite) ?? "ceph-master";
        return options.DefaultBranch is { } other ? [branch, other] : [branch];
    }

    private static async Task<string> ConfAsync(TaskRun run, Remote remote, string role, RagweedOptions options, Uri endpoint, CancellationToken cancellationToken)
    {
        var (regular, system) = (GatewayUser.Named($"ragweed.{role}"), GatewayUser.Named($"sysuser.{role}"));
        await regular.CreateAsync(run, remote, role, [], cancellationToken);
        await system.CreateAsync(run, remote, role, ["--system"], cancellationToken);
        var cluster = Role.Split(role).Cluster;
        return $"""
            [DEFAULT]
            [rados]
            ceph_conf = /etc/ceph/{cluster}.conf
            [rgw]
            host = {endpoint.Host}
            port = {endpoint.Port}
            is_secure = no
            bucket_prefix = test-{role}
            [fixtures]
            {(options.SlowBackend is { } slow ? $"slow backend = {slow}" : "")}
            {Section("user regular", regular)}
            {Section("user system", system)}

            """;

        static string Section(string name, GatewayUser user) =>
            $"[{name}]\nuser_id = {user.Id}\nemail = {user.Email}\ndisplay_name = {user.DisplayName}\naccess_key = {user.AccessKey}\nsecret_key = {user.SecretKey}\n";
    }
}
