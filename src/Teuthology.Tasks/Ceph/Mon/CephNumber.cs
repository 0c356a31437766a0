using System.Globalization;
using System.Text.Json.Nodes;

namespace Teuthology.Tasks;

/// <summary>Numbers as Ceph's commands want them.</summary>
internal static class CephNumber
{
    /// <summary>A real number with a point: Ceph takes <c>1</c> for a whole one and refuses it where it wants a real one.</summary>
    public static JsonNode Real(double value) => JsonNode.Parse(value.ToString("0.0#####", CultureInfo.InvariantCulture))!;
}
