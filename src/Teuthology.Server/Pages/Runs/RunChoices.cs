using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>What the filters of the runs offer.</summary>
internal sealed record RunChoices(IReadOnlyList<string> Suites, IReadOnlyList<string> Branches, IReadOnlyList<string> MachineTypes)
{
    public static IReadOnlyList<string> Statuses { get; } = ["queued", "waiting", "running", "finished pass", "finished fail", "finished dead", "empty", "unknown"];

    public static async Task<RunChoices> ReadAsync(ResultsStore store, CancellationToken cancellationToken) => new(
        await store.RunValuesAsync(RunProperty.Suite, new RunQuery(), cancellationToken),
        await store.RunValuesAsync(RunProperty.Branch, new RunQuery(), cancellationToken),
        await store.RunValuesAsync(RunProperty.MachineType, new RunQuery(), cancellationToken));
}
