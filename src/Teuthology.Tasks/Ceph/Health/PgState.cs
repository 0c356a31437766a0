namespace Teuthology.Tasks;

/// <summary>State of a placement group, such as <c>active+recovery_wait+degraded</c>.</summary>
/// <param name="Text">As Ceph writes it.</param>
public sealed record PgState(string Text)
{
    private readonly string[] _names = Text.Split('+');

    /// <summary>It serves its objects.</summary>
    public bool Active => Has("active") && !Has("stale");

    /// <summary>It serves them and every copy is where it belongs.</summary>
    public bool Clean => Active && Has("clean");

    /// <summary>It serves them and moves nothing; copies may be missing.</summary>
    public bool Recovered => Active && !Text.Contains("recover", StringComparison.Ordinal) && !Has("backfilling");

    /// <summary>Whether a word is among its names.</summary>
    /// <param name="name">E.g. <c>down</c>.</param>
    public bool Has(string name) => _names.Contains(name, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
