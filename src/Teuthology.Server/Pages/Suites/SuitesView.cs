using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>What the page of suites shows: the last runs, by suite.</summary>
internal sealed record SuitesView(IReadOnlyList<IGrouping<string, RunRecord>> Suites);
