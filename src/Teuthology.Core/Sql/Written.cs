namespace Teuthology.Sql;

/// <summary>What a transaction gives, and what is still to be written in it: that goes to the database together with the commit.</summary>
/// <typeparam name="T">What it gives.</typeparam>
/// <param name="Result">Given after the commit.</param>
/// <param name="Last">The statements, in their order.</param>
public sealed record Written<T>(T Result, IReadOnlyList<FormattableString> Last)
{
    /// <summary>The transaction's number, where it was asked for already (<see cref="SqlDatabase.TransactionNumber"/>).</summary>
    public string? Number { get; init; }

    /// <summary>Whether those who listen elsewhere are told of it with the commit.</summary>
    public bool IsTold { get; init; }
}
