using System.Text.Json;
using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>A job in hand as the process that took it hands it to the one that runs it: <c>claim.json</c> in the job's archive directory.</summary>
public sealed record ClaimFile
{
    /// <summary>Its name.</summary>
    public const string Name = "claim.json";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    /// <summary>The queue, as <see cref="QueueBackend.Open"/> takes it; null for the site's.</summary>
    public string? Backend { get; init; }

    /// <summary>The job's id.</summary>
    public required string Id { get; init; }

    /// <summary>Its tube.</summary>
    public required string Tube { get; init; }

    /// <summary>Its priority.</summary>
    public long Priority { get; init; }

    /// <summary>How often it was taken.</summary>
    public int Attempt { get; init; }

    /// <summary>Its fence.</summary>
    public long Fence { get; init; }

    /// <summary>The claim, without the job itself.</summary>
    public QueueClaim Claim() => new(Id, Tube, Priority, new YamlMap(), Attempt, Fence);

    /// <summary>Writes it.</summary>
    /// <param name="directory">The job's archive directory.</param>
    /// <param name="claim">The job.</param>
    /// <param name="backend">The queue.</param>
    /// <returns>The file's path.</returns>
    public static string Write(string directory, QueueClaim claim, string? backend)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var file = Path.Combine(directory, Name);
        var content = new ClaimFile { Backend = backend, Id = claim.Id, Tube = claim.Tube, Priority = claim.Priority, Attempt = claim.Attempt, Fence = claim.Fence };
        File.WriteAllText(file, JsonSerializer.Serialize(content, Format));
        return file;
    }

    /// <summary>Reads it.</summary>
    /// <param name="file">The file's path.</param>
    /// <exception cref="ConfigurationException">There is no such file, or it is none.</exception>
    public static ClaimFile Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<ClaimFile>(File.ReadAllText(file)) ?? throw new ConfigurationException($"{file} is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ConfigurationException($"{file}: this is no claim of a job: {e.Message}", inner: e);
        }
    }
}
