namespace Teuthology.Interactive.Tests;

/// <summary>A session for all tests of a class: a fresh one costs half a second.</summary>
public sealed class WarmSession
{
    internal ScriptSession Session { get; } = new(new Table(), [typeof(Table).Assembly]);
}
