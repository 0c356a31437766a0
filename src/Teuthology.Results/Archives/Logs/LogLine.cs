namespace Teuthology.Results;

/// <summary>A line of a log, taken apart.</summary>
/// <param name="Host">Short name of the machine it is about; empty for the controller.</param>
/// <param name="Source">Stream, logger or file.</param>
/// <param name="Text">What it says.</param>
public sealed record LogLine(string Host, string Source, string Text);
