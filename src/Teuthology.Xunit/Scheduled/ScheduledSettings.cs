using System.Globalization;

namespace Teuthology.Xunit;

/// <summary>How jobs are queued for workers instead of being run here: <c>Teuthology.Mode=scheduled</c>.</summary>
internal sealed record ScheduledSettings
{
    /// <summary>Results server, <c>local</c>, or null for what the site says.</summary>
    public string? Server { get; init; }

    /// <summary>Queue, as <c>teuthology schedule -b</c> has it; null for what the site says.</summary>
    public string? Queue { get; init; }

    /// <summary>Kind of machines, several with commas; null for the site's.</summary>
    public string? MachineType { get; init; }

    /// <summary>The lower, the sooner.</summary>
    public long Priority { get; init; } = 1000;

    /// <summary>Who gets the results by mail; null for nobody.</summary>
    public string? Email { get; init; }

    /// <summary>Reads TEUTHOLOGY_MODE and what belongs to it.</summary>
    /// <param name="environment">Reads an environment variable.</param>
    /// <returns>Null when jobs run here.</returns>
    /// <exception cref="ConfigurationException">A variable's value is not what it should be.</exception>
    public static ScheduledSettings? Read(Func<string, string?> environment)
    {
        if (Text("MODE") is not { } mode || mode == "local")
            return null;
        if (mode != "scheduled")
            throw new ConfigurationException($"TEUTHOLOGY_MODE is '{mode}', but must be local or scheduled{NearMiss.Hint(mode, ["local", "scheduled"])}");
        return new ScheduledSettings
        {
            Server = Text("SERVER"),
            Queue = Text("QUEUE"),
            MachineType = Text("MACHINE_TYPE"),
            Email = Text("EMAIL"),
            Priority = Text("PRIORITY") is not { } priority ? 1000
                : uint.TryParse(priority, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
                : throw new ConfigurationException($"TEUTHOLOGY_PRIORITY is '{priority}', but must be a whole number from 0 to 4294967295"),
        };

        string? Text(string name) => environment($"TEUTHOLOGY_{name}") is { Length: > 0 } value ? value : null;
    }
}
