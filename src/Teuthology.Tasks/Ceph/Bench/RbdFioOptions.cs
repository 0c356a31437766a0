using System.ComponentModel.DataAnnotations;
using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>Settings of one client of <c>rbd_fio</c>.</summary>
public sealed record RbdFioOptions : IValidatableObject
{
    /// <summary>How much of each image is worked on, as fio takes it: <c>100m</c>, <c>80%</c>.</summary>
    public string FioIoSize { get; init; } = "100m";

    /// <summary>Formats of images: 1, 2.</summary>
    public IReadOnlyList<int> Formats { get; init; } = [1, 2];

    /// <summary>Sets of features; an image for each.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Features { get; init; } = [["layering"], ["striping"], ["exclusive-lock", "object-map"]];

    /// <summary>fio's engine. Only <c>rbd</c> is possible here: others work on the kernel's block devices.</summary>
    public string IoEngine { get; init; } = "sync";

    /// <summary>Operations at once.</summary>
    [Range(1, 65536)]
    public int IoDepth { get; init; } = 2;

    /// <summary>Size of an operation.</summary>
    public string Bs { get; init; } = "4k";

    /// <summary>fio's pattern.</summary>
    public string Rw { get; init; } = "randrw";

    /// <summary>Seconds.</summary>
    [Range(1, 1_000_000)]
    public int Runtime { get; init; } = 1800;

    /// <summary>Size of images in MiB.</summary>
    [Range(1, 1_000_000)]
    public int ImageSize { get; init; } = 10240;

    /// <summary>Work on a clone of each image too; 1 or true.</summary>
    public object? TestCloneIo { get; init; }

    /// <summary>Have images take all of their space at once.</summary>
    public bool ThickProvision { get; init; }

    /// <summary>Noted only: the host's own fio is used.</summary>
    public string? FioVersion { get; init; }

    /// <summary>Whether clones are worked on.</summary>
    internal bool Clones => TestCloneIo is true or (long and not 0);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Formats.Any(f => f is not (1 or 2)) || Formats.Count == 0)
            yield return new ValidationResult("'formats' must hold 1 or 2");
        if (Features.Count == 0 || Features.Any(f => f.Count == 0))
            yield return new ValidationResult("'features' must hold lists of features");
    }
}
