namespace Teuthology.LockTest;

/// <summary>A store set up for one test, and the ways in which it can be hurt.</summary>
internal interface IStoreBench : IAsyncDisposable
{
    /// <summary>How the test itself reaches it, whatever is wrong with the clients' ways.</summary>
    string Address { get; }

    /// <summary>What the store's clock is, in words, for the history.</summary>
    string Clock { get; }

    /// <summary>How a client reaches it.</summary>
    string AddressFor(int slot);

    /// <summary>File with the offset of a client's clock.</summary>
    string ClockFileFor(int slot);

    /// <summary>The time as the test itself asks the store by.</summary>
    TimeProvider Time { get; }

    /// <summary>What can befall it.</summary>
    IReadOnlyList<Fault> Faults(HistoryWriter history);
}
