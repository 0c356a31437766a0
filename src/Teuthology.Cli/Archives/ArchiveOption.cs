using System.CommandLine;
using Teuthology.Jobs;

namespace Teuthology.Cli;

/// <summary>The directory above all runs' archives.</summary>
internal sealed class ArchiveOption(Terminal terminal)
{
    /// <summary>The option itself.</summary>
    public Option<string?> Archive { get; } = new("--archive", "-a")
    {
        HelpName = "DIR",
        Description = "Directory that holds the archives of runs (default $TEUTHOLOGY_ARCHIVE, else the site's archive_base, else ~/.local/share/teuthology/archive)",
    };

    /// <summary>Its path.</summary>
    /// <exception cref="ConfigurationException">There is no such directory.</exception>
    public string Read(ParseResult line)
    {
        var directory = terminal.FullPath(line.GetValue(Archive) ?? terminal.Environment("TEUTHOLOGY_ARCHIVE") ?? JobOptions.From(terminal.Environment).ArchiveDirectory);
        return Directory.Exists(directory) ? directory : throw new ConfigurationException($"{directory}: there is no such directory of archives");
    }
}
