using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary><c>internal.setup_stage_cdn</c>: registers the machines that run RHEL at the CDN and turns on what repositories the product names; unregisters them at the end.</summary>
internal sealed class SetupStageCdnTask(RedHatSection section) : IJobTask
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(720);

    public Task RunAsync(TaskRun run, CancellationToken cancellationToken) => run.OnEachAsync(
        os => os.Name == "rhel",
        async (remote, os, ct) =>
        {
            var account = section.Account ?? throw new ConfigurationException("redhat: machines with RHEL need 'cdn-config' in the site's configuration, with 'username' and 'password'", run.Job.Config.MarkOf("redhat"));
            JobLog.Note(run.Log, $"subscribing stage cdn on : {remote.ShortName}");
            run.Defer($"unregister {remote.ShortName}", (_, end) => UnregisterAsync(remote, end));
            await UnregisterAsync(remote, ct);
            var options = new[] { $"--serverurl={account.ServerUrl}", $"--baseurl={account.BaseUrl}", $"--username={account.Name}", $"--password={account.Password}", "--auto-attach" };
            await remote.RootAsync("register at the CDN", $"subscription-manager register --force {ShellQuote.Join(options)}\n", ct, timeout: Patience);
            var repositories = section.RhelRepositories(os.Version.Split('.')[0]).Select(name => $"--enable={name}").ToList();
            if (repositories.Count > 0)
                await remote.RunAsync(RemoteCommand.Args(["subscription-manager", "repos", .. repositories]) with { Sudo = true, Label = "turn repositories on" }, ct);
        },
        cancellationToken);

    // A machine that is not registered says so by its status.
    private static Task UnregisterAsync(Remote remote, CancellationToken cancellationToken) =>
        remote.RunAsync(RemoteCommand.Args("subscription-manager", "unregister") with { Sudo = true, CheckStatus = false, Label = "unregister from the CDN" }, cancellationToken);
}
