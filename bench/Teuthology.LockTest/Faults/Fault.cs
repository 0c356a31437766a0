namespace Teuthology.LockTest;

/// <summary>A kind of fault.</summary>
/// <param name="Name">Its name in the history.</param>
/// <param name="Shortest">How long it lasts at least, in milliseconds.</param>
/// <param name="Longest">How long it lasts at most.</param>
/// <param name="MakeAsync">Makes it and undoes it.</param>
internal sealed record Fault(string Name, int Shortest, int Longest, Func<FaultChoice, Task> MakeAsync);
