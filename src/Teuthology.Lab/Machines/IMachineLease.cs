namespace Teuthology.Lab;

/// <summary>Machines held for one owner until disposed; a heartbeat keeps the lease alive meanwhile.</summary>
public interface IMachineLease : IAsyncDisposable
{
    /// <summary>The machines, freshly imaged and answering SSH, in the lab's order.</summary>
    IReadOnlyList<Machine> Machines { get; }

    /// <summary>Who holds them.</summary>
    string Owner { get; }

    /// <summary>Grows with every lease of the store; an older number has lost.</summary>
    long Fence { get; }

    /// <summary>Cancelled when the lease was lost (it expired, or somebody broke it).</summary>
    CancellationToken Lost { get; }

    /// <summary>Directory on the controller that holds logs of the machines (console), or null.</summary>
    string? LogDirectory { get; }

    /// <summary>
    /// Leaves the machines as they are, locked by <see cref="Owner"/> until somebody unlocks them; disposal then takes nothing away.
    /// Machines that were never locked are left alone anyway.
    /// </summary>
    Task KeepAsync() => Task.CompletedTask;
}
