namespace Teuthology.LockTest;

/// <summary>A history that makes no sense, or an option that does not; the message says what and where.</summary>
internal sealed class HistoryException(string message) : Exception(message);
