namespace Teuthology.Lab;

/// <summary>A claim that waits its turn.</summary>
public sealed class WaiterRecord
{
    /// <summary>Its place: lower numbers are served first.</summary>
    public long Ticket { get; init; }

    /// <summary>Who waits.</summary>
    public required string Owner { get; init; }

    /// <summary>What for.</summary>
    public required string Description { get; init; }

    /// <summary>Which machines it waits for; who came later may not take any of those.</summary>
    public required MachineTerms Terms { get; init; }

    /// <summary>How many machines it wants.</summary>
    public int Count { get; init; }

    /// <summary>Since when it waits.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When it no longer counts unless its process shows itself.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The process that waits, as <see cref="ControllerProcess"/> writes it.</summary>
    public required string Controller { get; init; }
}
