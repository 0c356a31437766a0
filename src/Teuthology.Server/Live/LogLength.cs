namespace Teuthology.Server;

/// <summary>How long a log is.</summary>
/// <param name="Bytes">Bytes.</param>
/// <param name="Final">Whether its job is over: there will be no more.</param>
/// <param name="Beginnings">How often it began anew.</param>
internal readonly record struct LogLength(long Bytes, bool Final, int Beginnings);
