using Teuthology.Lab;
using Teuthology.Results;
using Teuthology.Server.Pages;

namespace Teuthology.Server;

/// <summary>The pages of machines.</summary>
internal static class NodePages
{
    private const int Jobs = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/ui/nodes", ListAsync);
        routes.MapGet("/ui/nodes/{name}", NodeAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext context, LeaseStore nodes, TimeProvider time, CancellationToken cancellationToken)
    {
        var query = new QueryText(context.Request.Query);
        return PageEndpoints.Page<NodesPage>(new NodesView(
            await nodes.ListAsync(cancellationToken), query.Text("machine_type"), query.Text("state"), await nodes.QueueAsync(cancellationToken), time.GetUtcNow()));
    }

    private static async Task<IResult> NodeAsync(string name, LeaseStore nodes, ResultsStore results, TimeProvider time, CancellationToken cancellationToken)
    {
        name = Addresses.Read(name);
        if (await nodes.FindAsync(name, cancellationToken) is not { } node)
            return PageEndpoints.Missing($"There is no machine {name}.");
        var jobs = await results.FindJobsAsync(new JobQuery { Node = name, Count = Jobs }, cancellationToken);
        return PageEndpoints.Page<NodePage>(new NodeView(
            node, await nodes.TurnsAsync(name, LeaseStore.TurnsKept, cancellationToken), jobs, time.GetUtcNow()));
    }
}
