using System.CommandLine;
using Teuthology.Suites;

namespace Teuthology.Cli;

/// <summary>The options about what the lab adds to jobs.</summary>
internal sealed class OverlayOptions
{
    private readonly Option<string?> _file = new("--overlay") { HelpName = "FILE", Description = "What this lab adds to every job, below files of your own (default for a checkout of Ceph: the built-in one)" };
    private readonly Option<bool> _none = new("--no-overlay") { Description = "Add nothing: the jobs as they stand" };
    private readonly Terminal _terminal;

    public OverlayOptions(Terminal terminal, Command verb)
    {
        _terminal = terminal;
        verb.Add(_file);
        verb.Add(_none);
    }

    /// <summary>What the line asks for; null for nothing.</summary>
    /// <exception cref="ConfigurationException">Both options are there, or the file cannot be used.</exception>
    public LabOverlay? Read(ParseResult line, SuiteTree tree)
    {
        var file = line.GetValue(_file);
        if (file is not null && line.GetValue(_none))
            throw new ConfigurationException("--overlay and --no-overlay are mutually exclusive");
        return LabOverlay.Choose(file is null ? null : _terminal.FullPath(file), line.GetValue(_none), tree.Directory);
    }
}
