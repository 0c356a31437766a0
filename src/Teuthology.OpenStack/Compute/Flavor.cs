using System.Text.Json.Serialization;

namespace Teuthology.OpenStack;

/// <summary>A size of servers.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Vcpus">Processors.</param>
/// <param name="Ram">Memory, in MiB.</param>
/// <param name="Disk">Root disk, in GiB; 0 is as large as the image.</param>
/// <param name="Ephemeral">A second disk, in GiB; 0 is none.</param>
/// <param name="IsDisabled">Whether no new server may have it.</param>
public sealed record Flavor(
    string Id,
    string Name,
    int Vcpus,
    int Ram,
    int Disk,
    [property: JsonPropertyName("OS-FLV-EXT-DATA:ephemeral")] int Ephemeral = 0,
    [property: JsonPropertyName("OS-FLV-DISABLED:disabled")] bool IsDisabled = false);
