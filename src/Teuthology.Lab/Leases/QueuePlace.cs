namespace Teuthology.Lab;

/// <summary>A place in the line for machines, and when its turn is likely to come.</summary>
/// <param name="Waiter">Who waits, and for what.</param>
/// <param name="Ahead">How many before it wait for machines that it could have, too.</param>
/// <param name="ExpectedAt">
/// When it is likely to be served, by how long machines of these types were held before; null where nothing tells: no such machine was ever given back,
/// or those there are are held without an end.
/// </param>
public sealed record QueuePlace(WaiterRecord Waiter, int Ahead, DateTimeOffset? ExpectedAt);
