using System.CommandLine;
using System.CommandLine.Parsing;

namespace Teuthology.Cli;

/// <summary>The options of <c>teuthology lock</c>: upstream's, then ours.</summary>
internal sealed class LockOptionSet
{
    public LockOptionSet()
    {
        Status.AcceptOnlyFromAmong("up", "down");
        LockMany.Validators.Add(AtLeastOne);
    }

    public Argument<string[]> Machines { get; } = new("MACHINE") { Description = "Machines to work on", Arity = ArgumentArity.ZeroOrMore };

    public Option<bool> List { get; } = new("--list") { Description = "Machines as JSON" };

    public Option<bool> Brief { get; } = new("--brief") { Description = "Machines, a line each" };

    public Option<bool> ListTargets { get; } = new("--list-targets") { Description = "Machines as the `targets` of a job file" };

    public Option<bool> Summary { get; } = new("--summary") { Description = "Numbers by type and owner" };

    public Option<bool> Lock { get; } = new("--lock") { Description = "Lock the named machines" };

    public Option<int?> LockMany { get; } = new("--lock-many", "--num-to-lock") { HelpName = "N", Description = "Lock so many machines of --machine-type, all or none" };

    public Option<bool> Unlock { get; } = new("--unlock") { Description = "Free the named machines" };

    public Option<bool> Update { get; } = new("--update") { Description = "Change --desc or --status of the named machines" };

    public Option<bool> All { get; } = new("--all", "-a") { Description = "Machines of everybody, not only yours" };

    public Option<string?> Owner { get; } = new("--owner") { HelpName = "OWNER", Description = "Owner of the locks (default you, user@host)" };

    public Option<bool> Force { get; } = new("-f") { Description = "Go on with the other machines after an error" };

    public Option<string?> Description { get; } = new("--desc") { HelpName = "TEXT", Description = "What for" };

    public Option<string?> Pattern { get; } = new("--desc-pattern") { HelpName = "TEXT", Description = "Machines with this in their description" };

    public Option<string?> MachineType { get; } = new("--machine-type", "-m") { HelpName = "TYPE", Description = "Machines of this type, or of several: smithi,mira" };

    public Option<string?> Status { get; } = new("--status") { HelpName = "STATUS", Description = "Machines that are up or down; with --update, makes them so" };

    public Option<bool?> Locked { get; } = new("--locked") { HelpName = "BOOL", Description = "Machines that are locked: true or false" };

    public Option<string?> Targets { get; } = new("--targets", "-t") { HelpName = "FILE", Description = "YAML file whose `targets` are the machines" };

    public Option<string?> OsType { get; } = new("--os-type") { HelpName = "OS", Description = "Machines with this system" };

    public Option<string?> OsVersion { get; } = new("--os-version") { HelpName = "VERSION", Description = "Machines with this version of it" };

    public Option<string?> Arch { get; } = new("--arch") { HelpName = "ARCH", Description = "Machines of this architecture" };

    public Option<string?> JsonQuery { get; } = new("--json-query") { HelpName = "JSON", Description = "Machines that have at least these keys and values; JSON, or a file of it" };

    public Option<string?> Until { get; } = new("--until") { HelpName = "TIME", Description = "With --lock and --lock-many: free them again then: 4h, 2d, 18:00, \"tomorrow 18:00\", 2026-12-01" };

    public Option<bool> Block { get; } = new("--block") { Description = "With --lock-many: wait in line until enough are free" };

    /// <summary>What may be asked for, of which a line has exactly one.</summary>
    public IReadOnlyList<Option> Actions => [List, Brief, ListTargets, Summary, Lock, LockMany, Unlock, Update];

    /// <summary>All options, in the order of the help.</summary>
    public IEnumerable<Option> Options =>
        [.. Actions, All, Owner, Force, Description, Pattern, MachineType, Status, Locked, Targets, OsType, OsVersion, Arch, JsonQuery, Until, Block];

    /// <summary>The one action of a line.</summary>
    /// <exception cref="ConfigurationException">There is none, or two, or an option does not go with it; upstream's texts.</exception>
    public Option Action(ParseResult line, IReadOnlyCollection<string> machines)
    {
        var given = Actions.Where(option => line.GetResult(option) is { Implicit: false }).ToList();
        if (given is not [var action])
            throw new ConfigurationException($"exactly one of {string.Join(", ", Actions.Take(Actions.Count - 1).Select(option => option.Name))} and {Actions[^1].Name} must be given");
        var lists = action == List || action == Brief || action == ListTargets;
        var locks = action == Lock || action == LockMany;
        Require(!line.GetValue(Force) || action == Lock || action == Unlock, "-f is only supported by --lock and --unlock");
        Require(machines.Count == 0 || lists || action == Lock || action == Unlock || action == Update, "machines cannot be specified with that operation");
        Require(machines.Count > 0 || lists || action == Summary || action == LockMany, action == Lock || action == Unlock ? $"{action.Name} requires specific machines passed as arguments" : "machines must be specified for that operation");
        Require(!lists || line.GetValue(Description) is null, "--desc does nothing with --list/--brief; --desc-pattern chooses by description");
        if (line.GetValue(All))
        {
            Require(lists, "--all can only be used with --list, --list-targets, and --brief");
            Require(line.GetValue(Owner) is null, "--all and --owner are mutually exclusive");
            Require(machines.Count == 0, "--all and listing specific machines are incompatible");
        }

        Require(action != LockMany || line.GetValue(MachineType) is not null, "must specify machine type to lock: --machine-type");
        Require(line.GetValue(Until) is null || locks, "--until goes with --lock and --lock-many");
        Require(!line.GetValue(Block) || action == LockMany, "--block goes with --lock-many");
        if (action == Update)
        {
            Require(line.GetValue(Description) is not null || line.GetValue(Status) is not null, "you must specify description or status to update");
            Require(line.GetValue(Owner) is null, "only description and status may be updated");
        }

        return action;
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
            throw new ConfigurationException(message);
    }

    private static void AtLeastOne(OptionResult result)
    {
        if (result.Tokens is [var token] && int.TryParse(token.Value, out var number) && number < 1)
            result.AddError($"{token.Value} is not positive");
    }
}
