using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Teuthology.OpenStack;

/// <summary>Whose a resource is and how long: what is written onto each that a run makes.</summary>
public sealed record RunStamp
{
    private const int LongestValue = 255;

    /// <summary>Name of the set-up.</summary>
    public string Setup { get; init; } = "teuthology";

    /// <summary>Name of the run.</summary>
    public required string Run { get; init; }

    /// <summary>Id of the job; null for the whole run.</summary>
    public string? Job { get; init; }

    /// <summary>Who: <c>user@host</c>.</summary>
    public required string Owner { get; init; }

    /// <summary>The process that cares; null for none.</summary>
    public ControllerProcess? Process { get; init; }

    /// <summary>Until when it is cared for; null is until torn down.</summary>
    public DateTimeOffset? Lease { get; init; }

    /// <summary>Short id of the run: at most 40 letters, digits and <c>-</c>.</summary>
    public string RunId => IdOf(Run);

    /// <summary>Short id of a run.</summary>
    /// <param name="run">Its name.</param>
    public static string IdOf(string run)
    {
        var letters = new StringBuilder();
        foreach (var c in run)
        {
            if (letters.Length == 29)
                break;
            letters.Append(char.IsAsciiLetterOrDigit(c) ? c : '-');
        }

        return $"{letters}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(run)))[..10]}";
    }

    /// <summary>Metadata of a server or volume, properties of an image.</summary>
    public IReadOnlyDictionary<string, string> Metadata()
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [RunMarks.Setup] = Short(Setup), [RunMarks.Run] = Short(Run), [RunMarks.RunId] = RunId, [RunMarks.Owner] = Short(Owner), [RunMarks.Lease] = LeaseText(Lease),
        };
        if (Job is not null)
            all[RunMarks.Job] = Short(Job);
        if (Process is not null)
            all[RunMarks.Process] = Short(Process.ToString());
        return all;
    }

    /// <summary>Only what moves the lease.</summary>
    /// <param name="lease">Its new end; null for kept until torn down.</param>
    public static IReadOnlyDictionary<string, string> LeaseMetadata(DateTimeOffset? lease) => new Dictionary<string, string> { [RunMarks.Lease] = LeaseText(lease) };

    /// <summary>Tags of a server.</summary>
    public IReadOnlyList<string> Tags() => [RunMarks.Setup, $"{RunMarks.RunId}:{RunId}"];

    /// <summary>Description of a security group, floating IP or port.</summary>
    /// <param name="what">What it is for, in a word: makes it unlike others of the run.</param>
    public string Description(string what)
    {
        var text = $"{RunMarks.Setup}={Plain(Setup)} {RunMarks.RunId}={RunId} {RunMarks.Lease}={LeaseText(Lease)} for={Plain(what)}";

        // Whole or not at all: half of it would name another process, which is dead.
        if (Process is not null && $"{text} {RunMarks.Process}={Plain(Process.ToString())}" is { Length: <= LongestValue } more)
            text = more;
        return Short($"{text} {RunMarks.Owner}={Plain(Owner)}");
    }

    /// <summary>Name of a key pair or security group.</summary>
    /// <param name="what">What it is for, in a word.</param>
    public string Name(string what) => $"{RunMarks.NamePrefix}{RunId}-{what}";

    /// <summary>A public key with <see cref="Description"/> as its comment: all that a key pair has room for.</summary>
    /// <param name="publicKey">As in authorized_keys.</param>
    public string Mark(string publicKey) => $"{string.Join(' ', publicKey.Trim().Split(' ').Take(2))} {Description("key")}";

    /// <summary>A lease as it is written.</summary>
    /// <param name="lease">Its end, or null.</param>
    public static string LeaseText(DateTimeOffset? lease) => lease?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) ?? RunMarks.Kept;

    // A blank ends a word; a process's text has blanks and no underscores.
    internal static string Unplain(string word) => word.Replace('_', ' ');

    private static string Short(string text) => text.Length <= LongestValue ? text : text[..LongestValue];

    private static string Plain(string text) => text.Replace(' ', '_');
}
