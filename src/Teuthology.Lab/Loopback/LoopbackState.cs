namespace Teuthology.Lab;

/// <summary>What a running node's file tells another process.</summary>
/// <param name="Process">Its sshd.</param>
/// <param name="Port">Where that listens.</param>
/// <param name="Since">When it was started.</param>
internal sealed record LoopbackState(ControllerProcess Process, int Port, DateTimeOffset Since);
