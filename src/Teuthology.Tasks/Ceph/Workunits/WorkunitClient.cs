using System.Text;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>A client's side of the workunit task: its copy of the scripts and its working directory below <c>mnt.ID</c>, which is a
/// mounted file system when an earlier task mounted one there.</summary>
internal sealed class WorkunitClient
{
    private readonly TaskRun _run;
    private readonly WorkunitOptions _options;
    private readonly Role _role;
    private readonly Remote _remote;
    private readonly string _clone;
    private readonly string _mount;
    private readonly string _own;
    private readonly string _scratch;
    private bool _madeMount;
    private bool _left;

    public WorkunitClient(TaskRun run, WorkunitOptions options, string role)
    {
        (_run, _options, _role) = (run, options, Role.Split(role));
        _remote = run.Job.Cluster.Single(role);
        var directory = run.Job.TestDirectory;
        _clone = $"{directory}/clone.{role}";
        _mount = _role.Cluster == Role.DefaultCluster ? $"{directory}/mnt.{_role.Id}" : $"{directory}/mnt.{_role.Cluster}.{_role.Id}";
        _own = options.Subdirectory ?? _role.Daemon;
        _scratch = options.Subdirectory is null ? $"{_mount}/{_own}/tmp" : $"{_mount}/{_own}";
    }

    /// <summary>Makes the working directory, brings the scripts, and has <c>make</c> build what they need where they have a Makefile.</summary>
    /// <param name="scripts">Archive of them.</param>
    /// <param name="isSource">Whether it begins at the root of the source tree, compressed, and not at the scripts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task EnterAsync(byte[] scripts, bool isSource, CancellationToken cancellationToken)
    {
        var (mount, own, units) = (ShellQuote.Quote(_mount), ShellQuote.Quote(_own), ShellQuote.Quote($"{_clone}/{_options.BaseDirectory}"));
        var unpack = isSource ? $"tar -x -z -C {ShellQuote.Quote(_clone)}" : $"tar -x -C {units}";
        var script = new StringBuilder("set -e\n")
            .Append($"if stat -- {mount} >/dev/null 2>&1; then cd -- {mount}; sudo install -d -m 0755 --owner={_remote.User} -- {own}; ")
            .Append($"else mkdir -p -- {mount}; cd -- {mount}; mkdir -p -- {own}; echo made; fi\n")
            .Append($"rm -rf -- {ShellQuote.Quote(_clone)}\nmkdir -p -- {units}\n{unpack}\n")
            .Append($"cd -- {units}\nif [ -e Makefile ]; then make >&2; fi\n");
        _run.Defer($"remove scripts of {_role}", (_, ct) => _left ? Task.CompletedTask : _remote.RunAsync(RemoteCommand.Args("sudo", "rm", "-rf", "--", _clone), ct));
        var result = await _remote.RunAsync(
            RemoteCommand.Script(script.ToString()) with { Label = $"workunit scripts for {_role}", Stdin = scripts }, cancellationToken);
        _madeMount = result.Stdout.Trim() == "made";
        if (_madeMount)
        {
            // After a failure nothing was tidied: the job's directory on the machine must end empty all the same
            _run.Defer($"remove {_mount}", (_, ct) => _left ? Task.CompletedTask : _remote.RunAsync(RemoteCommand.Args("sudo", "rm", "-rf", "--one-file-system", "--", _mount), ct));
        }
    }

    /// <summary>The workunits on the machine: what the archive brought and what <c>make</c> built of it.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        var find = $"cd -- {ShellQuote.Quote($"{_clone}/{_options.BaseDirectory}")} && find . -executable -type f -printf '%P\\n'";
        var found = await _remote.RunAsync(RemoteCommand.Script(find) with { Label = $"workunits of {_role}", Quiet = true }, cancellationToken);
        return found.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public async Task RunAsync(Workunit unit, CancellationToken cancellationToken)
    {
        CephLog.Note(_run.Log, $"Running workunit {unit.Path} on {_role} ({_remote.ShortName})...");
        await _remote.RunAsync(RemoteCommand.Script(CommandLine(unit)) with { Label = $"workunit test {unit.Path}" }, cancellationToken);
        if (_options.Cleanup)
            await _remote.RunAsync(RemoteCommand.Args("sudo", "rm", "-rf", "--", _scratch) with { Timeout = TimeSpan.FromHours(1) }, cancellationToken);
    }

    /// <summary>Removes the working directories and the scripts; what a script left outside its own makes this fail.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        if (!_options.Cleanup)
            return;
        var script = $"sudo rm -rf -- {ShellQuote.Quote(_clone)} {ShellQuote.Quote($"{_mount}/{_own}")}" + (_madeMount ? $" && rmdir -- {ShellQuote.Quote(_mount)}" : "");
        await _remote.RunAsync(RemoteCommand.Script(script) with { Label = $"workunit clean-up of {_role}" }, cancellationToken);
        _left = true;
    }

    private string CommandLine(Workunit unit)
    {
        var directory = _run.Job.TestDirectory;
        var words = new List<string>
        {
            "CEPH_CLI_TEST_DUP_COMMAND=1",
            Assign("CEPH_REF", _options.Ref),
            Assign("TESTDIR", directory),
            Assign("CEPH_ARGS", $"--cluster {_role.Cluster}"),
            Assign("CEPH_ID", _role.Id),
            "PATH=$PATH:/usr/sbin",
            Assign("CEPH_BASE", _clone),
            Assign("CEPH_ROOT", _clone),
            Assign("CEPH_MNT", _mount),
        };
        words.AddRange(_options.Environment.Select(e => Assign(e.Name, e.Value)));
        if (!_options.Plain)
            words.AddRange(["adjust-ulimits", "ceph-coverage", $"{directory}/archive/coverage"]);
        if (_options.Timeout is { } limit)
            words.AddRange(["timeout", limit]);
        words.Add(ShellQuote.Quote($"{_clone}/{_options.BaseDirectory}/{unit.Path}"));
        words.AddRange(unit.Arguments.Select(ShellQuote.Quote));
        var scratch = ShellQuote.Quote(_scratch);
        return $"mkdir -p -- {scratch} && cd -- {scratch} && {string.Join(' ', words)}";
    }

    private static string Assign(string name, string value) => $"{name}={ShellQuote.Quote(value)}";
}
