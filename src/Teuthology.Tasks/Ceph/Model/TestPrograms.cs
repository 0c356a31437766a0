using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Programs of Ceph's own tests, which Debian does not pack.</summary>
internal static class TestPrograms
{
    /// <summary>Looks for a program on the clients' machines.</summary>
    /// <exception cref="JobSkippedException">One lacks it.</exception>
    public static async Task NeedAsync(TaskRun run, string program, IEnumerable<string> roles, CancellationToken cancellationToken)
    {
        foreach (var remote in roles.Select(run.Job.Cluster.Single).Distinct())
        {
            if ((await remote.RunAsync(RemoteCommand.Args("sh", "-c", "command -v \"$1\"", "sh", program) with { CheckStatus = false, Quiet = true }, cancellationToken)).ExitStatus != 0)
                throw new JobSkippedException($"task '{run.Name}' needs {program} on {remote.ShortName}: Debian's package ceph-test does not have it; give the hosts a build of Ceph with WITH_TESTS, e.g. by gitbuilder_host and install: {{extra_packages: [ceph-test]}}");
        }
    }

    /// <summary>The clients that a task names, or all of the job.</summary>
    public static IReadOnlyList<string> Clients(TaskRun run) => run.Map().TryGetList("clients", out var list)
        ? [.. list.Select(c => $"{c}")]
        : [.. run.Job.Cluster.AllRoles.Where(Role.IsType("client"))];
}
