namespace Teuthology.Lab;

/// <summary>Who asks a server for a change, and how: kept in the store with the change itself, so that there is no change of which nobody knows who made it.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Token">Name of the token; null for none.</param>
/// <param name="Address">Address it came from.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">What it was about.</param>
/// <param name="Body">What was told, at most 500 characters.</param>
public sealed record Deed(DateTimeOffset At, string? Token, string? Address, string Method, string Path, string? Body)
{
    private int _written;

    /// <summary>Whether a change was made, and this written with it.</summary>
    public bool IsWritten => Volatile.Read(ref _written) != 0;

    internal void Written() => Volatile.Write(ref _written, 1);
}
