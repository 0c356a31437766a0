using System.Globalization;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>What <c>mds_thrash</c> is told.</summary>
internal sealed record MdsThrashOptions
{
    public required int Seed { get; init; }

    /// <summary>Pauses are of random length, up to those given.</summary>
    public required bool Randomize { get; init; }

    /// <summary>How likely a round changes max_mds.</summary>
    public required double MaxMds { get; init; }

    /// <summary>Ranks that lose their server in a round, at most.</summary>
    public required int MaxThrash { get; init; }

    public required TimeSpan ThrashDelay { get; init; }

    public required TimeSpan MaxReviveDelay { get; init; }

    public required bool WhileStopping { get; init; }

    /// <summary>How likely a server is taken, by its role; those not named, never. Empty: all alike.</summary>
    public required IReadOnlyDictionary<string, double> Weights { get; init; }

    public static MdsThrashOptions Read(ThrashSettings settings) => new()
    {
        Seed = settings.Seed,
        Randomize = settings.Flag("randomize", true),
        MaxMds = settings.Number("thrash_max_mds", .05),
        MaxThrash = settings.Count("max_thrash", 1),
        ThrashDelay = settings.Seconds("thrash_delay", 120),
        MaxReviveDelay = settings.Seconds("max_revive_delay", 10),
        WhileStopping = settings.Flag("thrash_while_stopping", false),
        Weights = (settings.Map("thrash_weights") ?? new YamlMap()).ToDictionary(w => $"{w.Key}", w => Convert.ToDouble(w.Value, CultureInfo.InvariantCulture)),
    };
}
