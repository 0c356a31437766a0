namespace Teuthology.Lab;

/// <summary>A turn of a machine that is over: who held it, from when to when.</summary>
/// <param name="Node">Name of the machine.</param>
/// <param name="MachineType">Its kind.</param>
/// <param name="Owner">Who held it.</param>
/// <param name="Description">What for.</param>
/// <param name="Fence">Number of the lease.</param>
/// <param name="From">Since when.</param>
/// <param name="To">Until when; for a lease that nobody ended, when its holder was last heard of.</param>
/// <param name="How"><c>released</c> by its holder, <c>broken</c> by an unlock, <c>expired</c>, or <c>dead</c>: its process was gone.</param>
public sealed record LeaseTurn(
    string Node, string MachineType, string? Owner, string? Description, long Fence, DateTimeOffset From, DateTimeOffset To, string How);
