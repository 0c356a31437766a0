using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>workunit</c>: runs scripts on clients. Named clients go at the same time, each through its list in order; what is written for
/// <c>all</c> comes after them, script by script on all clients at once. A script fails by its exit status.
/// </summary>
[Task("workunit")]
public sealed class WorkunitTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var options = WorkunitOptions.Read(run);
        var tree = WorkunitTree.Open(run.Job.Spec.SuitesDirectory, options.BaseDirectory);
        var plans = options.Clients.Select(c => (c.Role, c.Specs)).ToList();
        foreach (var (role, _) in plans.Where(p => p.Role != "all" && Role.TrySplit(p.Role)?.Type != "client"))
            throw run.Wrong($"'{role}' is no client role", "clients");

        // What make builds is only known on the machines.
        foreach (var spec in plans.SelectMany(p => p.Specs).Where(_ => !tree.IsBuilt))
            _ = Units(run, tree, spec, []).Count();

        await InParallel.ForEachAsync(
            plans.Where(p => p.Role != "all"),
            async (plan, ct) =>
            {
                var client = await ClientAsync(run, options, plan.Role, tree, plan.Specs, ct);
                foreach (var unit in await UnitsAsync(run, tree, client, plan.Specs, ct))
                    await client.RunAsync(unit, ct);
                await client.LeaveAsync(ct);
            },
            cancellationToken);

        foreach (var (_, specs) in plans.Where(p => p.Role == "all"))
        {
            var everywhere = run.Job.Cluster.AllRoles.Where(Role.IsType("client"));
            var clients = await InParallel.ForEachAsync(everywhere, (role, ct) => ClientAsync(run, options with { Subdirectory = null }, role, tree, specs, ct), cancellationToken);
            if (clients.Count == 0)
                continue;
            foreach (var unit in await UnitsAsync(run, tree, clients[0], specs, cancellationToken))
                await InParallel.ForEachAsync(clients, (client, ct) => client.RunAsync(unit, ct), cancellationToken);
            await InParallel.ForEachAsync(clients, (client, ct) => client.LeaveAsync(ct), cancellationToken);
        }
    }

    private static async Task<IReadOnlyList<Workunit>> UnitsAsync(TaskRun run, WorkunitTree tree, WorkunitClient client, IEnumerable<string> specs, CancellationToken cancellationToken)
    {
        var built = tree.IsBuilt ? await client.ListAsync(cancellationToken) : [];
        return [.. specs.SelectMany(spec => Units(run, tree, spec, built))];
    }

    private static IEnumerable<Workunit> Units(TaskRun run, WorkunitTree tree, string spec, IReadOnlyList<string> built)
    {
        IReadOnlyList<string> words;
        try
        {
            words = ShellWords.Split(spec);
        }
        catch (FormatException e)
        {
            throw run.Wrong($"workunit '{spec}': {e.Message}", "clients");
        }

        if (words.Count == 0)
            throw run.Wrong("an empty workunit", "clients");
        var paths = WorkunitTree.Select(built, words[0]);
        return (paths.Count > 0 ? paths : tree.Select(words[0], spec)).Select(path => new Workunit(path, [.. words.Skip(1)]));
    }

    private static async Task<WorkunitClient> ClientAsync(
        TaskRun run, WorkunitOptions options, string role, WorkunitTree tree, IReadOnlyList<string> specs, CancellationToken cancellationToken)
    {
        var client = new WorkunitClient(run, options, role);
        await client.EnterAsync(await tree.PackAsync(tree.IsSource ? [] : specs.SelectMany(spec => Units(run, tree, spec, [])).Select(unit => unit.Path), cancellationToken), tree.IsSource, cancellationToken);
        return client;
    }
}
