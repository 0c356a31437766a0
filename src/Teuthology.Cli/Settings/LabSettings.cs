using System.CommandLine;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary>Options of every verb that works on the embedded lab, and where a lab's state is.</summary>
internal static class LabSettings
{
    /// <summary>The option <c>--lab</c>.</summary>
    public static Option<string?> Kind()
    {
        var option = new Option<string?>("--lab") { HelpName = "KIND", Description = "Kind of lab: auto, root, userns or loopback (default $TEUTHOLOGY_LAB, else auto)" };
        option.AcceptOnlyFromAmong("auto", "root", "userns", "loopback");
        return option;
    }

    /// <summary>Settings from the environment, the option on top.</summary>
    public static LabOptions Read(Terminal terminal, string? kind)
    {
        var options = LabOptions.FromEnvironment();
        if (terminal.Environment("TEUTHOLOGY_STATE") is { } state)
            options = options with { StateDirectory = terminal.FullPath(state) };
        if ((kind ?? terminal.Environment("TEUTHOLOGY_LAB")) is { } asked)
            options = options with { Kind = asked };
        return options;
    }

    /// <summary>Settings from the environment, with the store of the site's machines.</summary>
    public static LabOptions ReadWithStore(Terminal terminal, string? kind = null)
    {
        var options = Read(terminal, kind);
        return options with { Store = StorePlace.Choose(terminal.Environment, SiteConfig.Load(terminal.Environment), options.StateDirectory) };
    }

    /// <summary>The store of the site's machines.</summary>
    public static LeaseStore Leases(Terminal terminal)
    {
        var options = ReadWithStore(terminal);
        return new LeaseStore(options.Store!, terminal.Time) { LocalDirectory = options.StateDirectory };
    }

    /// <summary>Opens the runs and jobs of the site: beside its locks where those are in PostgreSQL, else in a file of this host.</summary>
    public static Task<ResultsStore> ResultsAsync(Terminal terminal, CancellationToken cancellationToken) => ResultsStore.OpenAsync(
        terminal.Environment, SiteConfig.Load(terminal.Environment), Read(terminal, null).StateDirectory, terminal.Time, cancellationToken);

    /// <summary>Who holds what a person takes by hand: <c>user@host</c>, upstream's default owner.</summary>
    public static string Owner() => $"{Environment.UserName}@{Environment.MachineName}";
}
