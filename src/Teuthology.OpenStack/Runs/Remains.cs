namespace Teuthology.OpenStack;

/// <summary>A resource of a run.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Its id; a key pair's is its name.</param>
/// <param name="Name">Its name.</param>
/// <param name="Status">Its state; empty where it has none.</param>
/// <param name="CreatedAt">When it was made; null where the cloud does not tell.</param>
/// <param name="Marks">Whose it is, by the keys of <see cref="RunMarks"/>.</param>
public sealed record Remains(RemainsKind Kind, string Id, string Name, string Status, DateTimeOffset? CreatedAt, IReadOnlyDictionary<string, string> Marks)
{
    /// <summary>Short id of the run.</summary>
    public string RunId => Marks.GetValueOrDefault(RunMarks.RunId) ?? "";

    /// <summary>Id of the job; null for the whole run's.</summary>
    public string? Job => Marks.GetValueOrDefault(RunMarks.Job);

    /// <summary><c>server target1 (id)</c>.</summary>
    public override string ToString() => Name == Id || Name.Length == 0 ? $"{Words} {Id}" : $"{Words} {Name} ({Id})";

    private string Words => Kind switch
    {
        RemainsKind.FloatingIp => "floating IP",
        RemainsKind.KeyPair => "key pair",
        RemainsKind.SecurityGroup => "security group",
        _ => Kind.ToString().ToLowerInvariant(),
    };
}
