namespace Teuthology.Jobs.Tests;

/// <summary>What a server was asked.</summary>
/// <param name="Method">Such as POST.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Headers">By name.</param>
/// <param name="Body">Its text, unpacked.</param>
internal sealed record HttpAsked(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);
