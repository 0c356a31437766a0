using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary><c>POST /__reset</c>: forgets every machine, run and job. Only a server that was started for tests has it.</summary>
internal static class ResetEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/__reset", ResetAsync);

    private static async Task<IResult> ResetAsync(ResultsStore results, LeaseStore nodes, CancellationToken cancellationToken)
    {
        foreach (var node in await nodes.ListAsync(cancellationToken))
            await nodes.DeleteAsync(node.Name, cancellationToken);
        await results.ClearAsync(cancellationToken);
        return Reply.Done();
    }
}
