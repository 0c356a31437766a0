namespace Teuthology.Bench;

/// <summary>How a server bore a kind of calls.</summary>
/// <param name="What">The calls.</param>
/// <param name="Rate">A second, those that failed included.</param>
/// <param name="Done">A second, of those that did what was asked.</param>
/// <param name="Errors">Calls that failed.</param>
/// <param name="Median">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
public sealed record ServerRate(string What, double Rate, double Done, int Errors, double Median, double P99)
{
    /// <summary>Processor time of the server, milliseconds a call.</summary>
    public required double Server { get; init; }

    /// <summary>Processor time of its database's server, milliseconds a call.</summary>
    public required double Database { get; init; }

    /// <summary>Processor time of the clients, milliseconds a call.</summary>
    public required double Client { get; init; }

    /// <summary>What a call that did what was asked cost the server and its database, milliseconds.</summary>
    public double Cost => (Server + Database) * Rate / Math.Max(Done, 0.01);
}
