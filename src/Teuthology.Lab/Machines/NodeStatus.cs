namespace Teuthology.Lab;

/// <summary>How a machine of an embedded lab stands.</summary>
/// <param name="Name">Its name, e.g. <c>n1</c>.</param>
/// <param name="Address">Its address inside the lab.</param>
/// <param name="Up">Whether it runs; false for the remains of one.</param>
/// <param name="Process">Host process that carries it, 0 when none does.</param>
/// <param name="Since">When it was started, UTC; null when unknown.</param>
public sealed record NodeStatus(string Name, string Address, bool Up, int Process, DateTimeOffset? Since);
