using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>The section <c>lab</c> of a job: what it wants of an embedded lab.</summary>
/// <param name="FromSnapshot">Name of the snapshot that its machines begin with.</param>
/// <param name="Mark">Where that stands.</param>
internal sealed record LabSection(string FromSnapshot, YamlMark? Mark)
{
    private const string Key = "from-snapshot";

    /// <summary>Reads the section; null when there is none.</summary>
    /// <exception cref="ConfigurationException">It makes no sense.</exception>
    public static LabSection? Read(YamlMap job)
    {
        if (!job.ContainsKey("lab"))
            return null;
        if (job.Get("lab") is not YamlMap { Count: > 0 } section)
            throw new ConfigurationException($"'lab' must be a mapping, e.g. lab: {{{Key}: NAME}}, not {YamlKind.Of(job.Get("lab"))}", job.MarkOf("lab"));
        if (section.Keys.FirstOrDefault(key => key is not Key) is { } unknown)
        {
            var near = unknown is string word && NearMiss.Of(word, [Key]) is not null ? $"; did you mean '{Key}'?" : $"; it may have '{Key}'";
            throw new ConfigurationException($"'lab' has the unknown key '{unknown}'{near}", section.MarkOf(unknown));
        }

        if (section.Get(Key) is not string { Length: > 0 } name)
            throw new ConfigurationException($"'lab.{Key}' must be the name of a snapshot (`teuthology lab snapshots` lists them), not {YamlKind.Of(section.Get(Key))}", section.MarkOf(Key));
        if (job.Get("roles") is null)
            throw new ConfigurationException($"'lab.{Key}' is for the machines of 'roles', and the job has none", section.MarkOf(Key));
        return new LabSection(name, section.MarkOf(Key));
    }

    /// <summary>Makes sure that the lab has it for that many machines.</summary>
    /// <exception cref="ConfigurationException">It has not; told with the key's place.</exception>
    public async Task RequireAsync(ILab lab, int machines, CancellationToken cancellationToken)
    {
        try
        {
            await lab.RequireSnapshotAsync(FromSnapshot, machines, cancellationToken);
        }
        catch (ConfigurationException e) when (e.Mark is null)
        {
            throw new ConfigurationException($"'lab.{Key}': {e.Message}", Mark, e);
        }
    }
}
