using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>The runs and jobs of this site's store.</summary>
/// <param name="store">The store, which whoever opened it closes.</param>
public sealed class StoreResults(ResultsStore store) : IResultsDirectory
{
    /// <inheritdoc/>
    public string Place => store.Path;

    /// <inheritdoc/>
    public Task<IReadOnlyList<RunRecord>> RunsAsync(RunQuery query, CancellationToken cancellationToken) => store.RunsAsync(query, cancellationToken);

    /// <inheritdoc/>
    public Task<RunRecord?> RunAsync(string name, CancellationToken cancellationToken) => store.RunAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobRecord>> JobsAsync(string runName, CancellationToken cancellationToken) => store.JobsAsync(runName, cancellationToken);

    /// <inheritdoc/>
    public Task<JobRecord?> JobAsync(string runName, string jobId, CancellationToken cancellationToken) => store.JobAsync(runName, jobId, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobRecord>> JobsOfNodeAsync(string node, int count, CancellationToken cancellationToken) =>
        [.. (await store.FindJobsAsync(new JobQuery { Node = node, Count = count }, cancellationToken)).Take(count)];

    /// <inheritdoc/>
    public Task SaveJobAsync(string runName, string jobId, JsonObject told, CancellationToken cancellationToken) =>
        store.SaveJobAsync(runName, jobId, told, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DeleteRunAsync(string name, CancellationToken cancellationToken) => store.DeleteRunAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DeleteJobAsync(string runName, string jobId, CancellationToken cancellationToken) => store.DeleteJobAsync(runName, jobId, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
