using System.CommandLine;

namespace Teuthology.Cli;

/// <summary>Upstream's options of <c>nuke</c>.</summary>
internal sealed class NukeOptionSet
{
    public Argument<string[]> Machines { get; } = new("MACHINE") { Description = "Machines, host or user@host", Arity = ArgumentArity.ZeroOrMore };

    public Option<string[]> Targets { get; } = new("--targets", "-t") { HelpName = "FILE", Description = "YAML files whose `targets` name machines" };

    public Option<string?> Archive { get; } = new("--archive", "-a") { HelpName = "DIR", Description = "Archive of a job: its machines, its owner, and its process is ended first" };

    public Option<bool> Stale { get; } = new("--stale") { Description = "Machines of --owner that are locked for jobs which are over" };

    public Option<string?> Owner { get; } = new("--owner") { HelpName = "OWNER", Description = "Who must hold the machines (default the job's, else you: user@host)" };

    public Option<string?> Name { get; } = new("--name", "-n") { HelpName = "TEXT", Description = "Only machines with this in the description of their lock" };

    public Option<int?> Pid { get; } = new("--pid", "-p") { HelpName = "PID", Description = "End this process of a job first" };

    public Option<bool> Unlock { get; } = new("--unlock", "-u") { Description = "Unlock each machine that is clean; virtual ones are unlocked, and with that destroyed, without more ado" };

    public Option<bool> RebootAll { get; } = new("--reboot-all", "-r") { Description = "Restart the machines (done anyway, unless --no-reboot)" };

    public Option<bool> NoReboot { get; } = new("--no-reboot", "-R") { Description = "Do not restart the machines" };

    public Option<bool> SynchClocks { get; } = new("--synch-clocks", "-s") { Description = "Set the machines' clocks" };

    public Option<bool> NoIpmi { get; } = new("--noipmi", "-i") { Description = "Do not power machines on that are off" };

    public Option<bool> KeepLogs { get; } = new("--keep-logs", "-k") { Description = "Leave the test directory and /var/log/ceph" };

    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Only tell what is there" };

    public Option<bool> NoCheckLocks { get; } = new("--no-check-locks") { Description = "Also machines that no directory knows; those that somebody else holds are refused all the same" };

    public Option<bool> Json { get; } = new("--json") { Description = "A JSON object for each machine" };

    public IEnumerable<Option> All => [Targets, Archive, Stale, Owner, Name, Pid, Unlock, RebootAll, NoReboot, SynchClocks, NoIpmi, KeepLogs, DryRun, NoCheckLocks, Json];
}
