namespace Teuthology.Orchestra;

/// <summary>How a command ended: by a status or by a signal.</summary>
/// <param name="Status">Exit status, or null.</param>
/// <param name="Signal">Name of the signal without SIG, or null.</param>
internal readonly record struct ShellExit(int? Status, string? Signal);
