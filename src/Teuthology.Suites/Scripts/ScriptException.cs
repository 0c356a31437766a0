namespace Teuthology.Suites;

/// <summary>What a script did wrong, in Python's words; becomes a Lua error.</summary>
internal sealed class ScriptException(string message) : Exception(message);
