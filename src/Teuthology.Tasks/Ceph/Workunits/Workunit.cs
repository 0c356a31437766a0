namespace Teuthology.Tasks;

/// <summary>One script to run.</summary>
/// <param name="Path">Its path below the directory of workunits.</param>
/// <param name="Arguments">Arguments.</param>
internal sealed record Workunit(string Path, IReadOnlyList<string> Arguments);
