using System.Xml.Linq;
using Teuthology.Yaml;

namespace Teuthology.Orchestra;

/// <summary>
/// Reads valgrind's XML: of each file the first error, as <c>valgrind error: KIND</c> and the three functions on top, and up to five frames as
/// facts; upstream's <c>ValgrindScanner</c>.
/// </summary>
/// <param name="remote">Where the reports are.</param>
public sealed class ValgrindScanner(Remote remote) : ReportScanner(remote)
{
    private const int Frames = 5;
    private const int Functions = 3;

    /// <inheritdoc/>
    protected override (string Text, YamlMap Facts)? Parse(XElement root)
    {
        ArgumentNullException.ThrowIfNull(root);
        if (root.Element("error") is not { } error)
            return null;
        var kind = error.Element("kind")?.Value;
        var frames = error.Elements("stack").Elements("frame").Take(Frames).ToList();
        var traceback = new YamlList();
        foreach (var frame in frames)
        {
            traceback.Add(new YamlMap
            {
                ["file"] = $"{frame.Element("dir")?.Value}/{frame.Element("file")?.Value}",
                ["line"] = frame.Element("line")?.Value ?? "",
                ["function"] = frame.Element("fn")?.Value ?? "",
            });
        }

        var functions = frames.Take(Functions).Select(frame => frame.Element("fn")?.Value ?? "");
        return ($"valgrind error: {kind ?? "None"}\n{string.Join('\n', functions)}", new YamlMap { ["kind"] = kind, ["traceback"] = traceback });
    }
}
