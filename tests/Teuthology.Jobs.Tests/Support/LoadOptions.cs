using System.ComponentModel.DataAnnotations;
using Teuthology.Yaml;

namespace Teuthology.Jobs.Tests;

/// <summary>One key of every kind.</summary>
public sealed record LoadOptions : IValidatableObject
{
    public required string Who { get; init; }

    [Range(1, 10)]
    public int Times { get; init; } = 2;

    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    public LoadMode Mode { get; init; }

    public bool? Quiet { get; init; }

    public double Factor { get; init; } = 0.5;

    public IReadOnlyList<string> LogDirs { get; init; } = [];

    public int[] Sizes { get; init; } = [];

    public IReadOnlyDictionary<string, LoadClient> Clients { get; init; } = new Dictionary<string, LoadClient>();

    public YamlMap? Raw { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Quiet == true && Mode == LoadMode.VeryLoud)
            yield return new ValidationResult("quiet and very loud at once", [nameof(Quiet)]);
    }
}
