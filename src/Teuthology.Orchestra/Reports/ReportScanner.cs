using System.Text;
using System.Xml;
using System.Xml.Linq;
using Teuthology.Yaml;

namespace Teuthology.Orchestra;

/// <summary>Reads XML reports on a host and keeps what they tell of failures; upstream's <c>Scanner</c>.</summary>
/// <param name="remote">The host.</param>
public abstract class ReportScanner(Remote remote)
{
    private const int LongestReport = 64 * 1024 * 1024;

    /// <summary>A report's facts, one mapping a file that tells of a failure; <c>file_path</c> is where it was.</summary>
    public YamlList Summary { get; } = [];

    /// <summary>Where reports are read.</summary>
    protected Remote Remote => remote;

    /// <summary>Reads all files of a pattern. One that is no report, or cannot be read, is passed over with an error in the log.</summary>
    /// <param name="pattern">For the shell, such as <c>/path/*.xml</c>.</param>
    /// <param name="sudo">Read as root.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The text of each file that tells of a failure, in the order of <c>ls</c>.</returns>
    public async Task<IReadOnlyList<string>> ScanAsync(string pattern, bool sudo, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        var listed = await remote.RunAsync(RemoteCommand.Script($"ls -d {pattern}") with { Sudo = sudo, CheckStatus = false, Quiet = true, Label = "reports", Timeout = TimeSpan.FromSeconds(200) }, ct);
        var texts = new List<string>();
        foreach (var path in listed.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (await ScanFileAsync(path, sudo, ct) is { } text)
                texts.Add(text);
        }

        return texts;
    }

    /// <summary>Adds <see cref="Summary"/> to a YAML file here; nothing when there is none or no path.</summary>
    /// <param name="yamlPath">The file, or null.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public async Task WriteSummaryAsync(string? yamlPath, CancellationToken ct)
    {
        if (Summary.Count == 0 || string.IsNullOrEmpty(yamlPath))
            RemoteLog.Note(remote.Log, "summary_data or yaml_file is empty!");
        else
            await File.AppendAllTextAsync(yamlPath, YamlDumper.Dump(Summary), ct);
    }

    /// <summary>What a report tells: a text and facts, or null when of no failure.</summary>
    /// <param name="root">The report.</param>
    protected abstract (string Text, YamlMap Facts)? Parse(XElement root);

    private async Task<string?> ScanFileAsync(string path, bool sudo, CancellationToken ct)
    {
        try
        {
            var bytes = await remote.ReadPartAsync(path, 0, LongestReport, sudo, ct);
            using var reader = XmlReader.Create(new MemoryStream(bytes), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, CheckCharacters = false });
            if (Parse(XElement.Load(reader)) is not { } found)
                return null;
            found.Facts["file_path"] = path;
            Summary.Add(found.Facts);
            return found.Text;
        }
        catch (Exception error) when (error is XmlException or FileNotFoundException or CommandException)
        {
            RemoteLog.Bad(remote.Log, $"{path}: {error.Message}");
            return null;
        }
    }
}
