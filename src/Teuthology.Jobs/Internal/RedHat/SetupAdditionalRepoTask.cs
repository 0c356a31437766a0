using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary><c>internal.setup_additional_repo</c>: a .repo file from an address, on machines with rpm; away again at the end.</summary>
internal sealed class SetupAdditionalRepoTask(RedHatSection section) : IJobTask
{
    private const string File = "/etc/yum.repos.d/rh_add.repo";

    public Task RunAsync(TaskRun run, CancellationToken cancellationToken) => section.AdditionalRepository is not { } url ? Task.CompletedTask : run.OnEachAsync(
        os => os.PackageType == "rpm",
        async (remote, os, ct) =>
        {
            run.Defer($"remove the additional repository of {remote.ShortName}", (_, end) => remote.RootAsync("remove the repository", $"rm -f {File}\n", end));
            await remote.RootAsync("add a repository", $"wget -O {File} {ShellQuote.Quote(url)}\n{(os.Version.StartsWith('8') ? "" : "yum makecache\n")}", ct);
        },
        cancellationToken);
}
