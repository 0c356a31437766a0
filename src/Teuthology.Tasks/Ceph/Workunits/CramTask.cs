using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>cram</c>: runs command line tests (<c>.t</c>) on clients. Output that differs fails the job; the test and what it gave then stand in the archive, in <c>cram.ROLE</c>. Hosts
/// need Debian's python3-cram, which is installed where apt has it; else the job is skipped.
/// </summary>
[Task("cram")]
public sealed class CramTask : JobTask<CramOptions>, ICheckedTask
{
    private const string Install = "python3 -c 'import cram' 2>/dev/null || sudo DEBIAN_FRONTEND=noninteractive apt-get -y install python3-cram >/dev/null";
    private const string Clean = """
        cd -- "$1" || exit 0
        for test in *.t; do [ -f "$test.err" ] || rm -f -- "$test"; done
        cd .. && rmdir --ignore-fail-on-non-empty -- "$1"
        """;

    /// <inheritdoc/>
    public void Check(TaskRun run)
    {
        if (run.TryOptions<CramOptions>(out var options))
            _ = Plans(run, options);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, CramOptions options, CancellationToken cancellationToken)
    {
        var plans = Plans(run, options);
        foreach (var remote in plans.Select(p => p.Remote).Distinct())
        {
            var installed = await remote.RunAsync(RemoteCommand.Script(Install) with { CheckStatus = false, Label = "cram" }, cancellationToken);
            if (installed.ExitStatus != 0)
                throw new JobSkippedException($"task '{run.Name}' needs cram on {remote.ShortName}, which its apt sources do not have: add the package python3-cram to them");
        }

        var reference = options.Sha1 ?? options.Tag ?? options.Branch ?? run.Job.Overrides("workunit")?.Get("sha1") as string ?? "master";
        if (options.Parallel)
        {
            await InParallel.ForEachAsync(plans, (plan, ct) => ClientAsync(run, plan, reference, ct), cancellationToken);
            return;
        }

        foreach (var plan in plans)
            await ClientAsync(run, plan, reference, cancellationToken);
    }

    private static IReadOnlyList<CramPlan> Plans(TaskRun run, CramOptions options)
    {
        if (options.Clients.Count == 0)
            throw run.Wrong("'clients' names nobody", "clients");
        if (options.Clients.ContainsKey("all") && options.Clients.Count > 1)
            throw run.Wrong("'all' stands alone", "clients");
        var clients = options.Clients.TryGetValue("all", out var everywhere)
            ? run.Job.Cluster.AllRoles.Where(Role.IsType("client")).Select(role => (Role: role, Tests: everywhere))
            : options.Clients.Select(c => (Role: c.Key, Tests: c.Value));
        return [.. clients.Select(c => new CramPlan(c.Role, RoleCommands.Machine(run, "clients", c.Role), [.. c.Tests.Select(test => Find(run, test))]))];
    }

    /// <summary>The file of a test, beside the suites.</summary>
    private static string Find(TaskRun run, string test)
    {
        if (!test.EndsWith(".t", StringComparison.Ordinal))
            throw run.Wrong($"tests must end in .t, and '{test}' does not", "clients");
        var suites = run.Job.Spec.SuitesDirectory ?? throw run.Wrong("the job names no directory of suites, beside which its tests would be");
        string[] places = [Path.Combine(suites, ".qa", test), Path.GetFullPath(Path.Combine(suites, "..", "..", test))];
        return places.FirstOrDefault(File.Exists) ?? throw run.Wrong($"there is no test '{test}'; looked for {string.Join(" and ", places)}", "clients");
    }

    private static async Task ClientAsync(TaskRun run, CramPlan plan, string reference, CancellationToken cancellationToken)
    {
        var remote = plan.Remote;
        var directory = $"{run.Job.RemoteArchive}/cram.{plan.Role}";
        run.Defer($"tidy the tests of {plan.Role}", (_, ct) => remote.RunAsync(RemoteCommand.Args("sh", "-c", Clean, "sh", directory) with { Label = "cram clean-up" }, ct));
        await remote.RunAsync(RemoteCommand.Args("mkdir", "-p", "--", directory), cancellationToken);
        var names = new List<string>();
        foreach (var test in plan.Tests)
        {
            names.Add($"{directory}/{Path.GetFileName(test)}");
            await remote.PutFileAsync(test, names[^1], null, cancellationToken);
        }

        CephLog.Note(run.Log, $"Running tests for {plan.Role}...");
        var words = ShellQuote.Join(["adjust-ulimits", "ceph-coverage", $"{run.Job.RemoteArchive}/coverage", "python3", "-m", "cram", "-v", "--", .. names]);
        var id = Role.TrySplit(plan.Role)?.Id ?? plan.Role;
        await remote.RunAsync(
            RemoteCommand.Script($"CEPH_REF={ShellQuote.Quote(reference)} CEPH_ID={ShellQuote.Quote(id)} PATH=$PATH:/usr/sbin {words}") with { Label = $"cram of {plan.Role}" }, cancellationToken);
    }
}
