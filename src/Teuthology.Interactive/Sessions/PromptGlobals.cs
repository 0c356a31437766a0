using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Interactive;

/// <summary>What can be used by its bare name at the prompt; lower case, as people know it from upstream's.</summary>
public sealed class PromptGlobals
{
    private readonly MachineCommands _machines;

    internal PromptGlobals(JobPause pause, MachineCommands machines)
    {
        _machines = machines;
        ctx = pause.Job;
        config = pause.Config;
        error = pause.Failure;
    }

    /// <summary>The job: its machines (<c>ctx.Cluster</c>), configuration, summary, archive.</summary>
    public JobContext ctx { get; }

    /// <summary>Configuration of the task that stopped the job.</summary>
    public object? config { get; }

    /// <summary>What the job failed of; null when it did not.</summary>
    public Exception? error { get; }

    /// <summary>Cancelled by Ctrl-C while a command runs: for methods that ask for a token.</summary>
    public CancellationToken ct { get; internal set; }

    internal TextWriter Out => _machines.Out;

    /// <summary>Runs a script on the machines that <paramref name="where"/> names, shows its output as it comes, and gives standard output.</summary>
    /// <param name="where">A role, the name of a machine, or <c>all</c>.</param>
    /// <param name="script">For the login shell.</param>
    /// <param name="sudo">As root.</param>
    /// <exception cref="CommandFailedException">It ended with a status other than 0.</exception>
    public Task<string> sh(string where, string script, bool sudo = false) => _machines.ShAsync(_machines.Find(where), script, sudo, ct);

    /// <summary>Runs a script on a machine; see the overload with a name.</summary>
    /// <param name="where">The machine.</param>
    /// <param name="script">For the login shell.</param>
    /// <param name="sudo">As root.</param>
    public Task<string> sh(Remote where, string script, bool sudo = false) => _machines.ShAsync([where], script, sudo, ct);

    /// <summary>Runs a script on machines at once; see the overload with a name.</summary>
    /// <param name="where">The machines.</param>
    /// <param name="script">For the login shell.</param>
    /// <param name="sudo">As root.</param>
    public Task<string> sh(Cluster where, string script, bool sudo = false) => _machines.ShAsync(where.Remotes, script, sudo, ct);

    /// <summary>Runs a program with arguments that reach it unchanged; shows its output, and gives how it ended, whatever its status.</summary>
    /// <param name="where">A role or the name of a machine; of several the first.</param>
    /// <param name="words">Program and arguments.</param>
    public Task<CommandResult> run(string where, params string[] words) => _machines.RunAsync(_machines.Find(where)[0], words, ct);

    /// <summary>Copies a file from here to machines.</summary>
    /// <param name="where">A role, the name of a machine, or <c>all</c>.</param>
    /// <param name="localPath">From.</param>
    /// <param name="remotePath">To.</param>
    public Task upload(string where, string localPath, string remotePath) => _machines.UploadAsync(_machines.Find(where), localPath, remotePath, ct);

    /// <summary>Copies a file, or the files below a directory, to here; as root where the machine has one.</summary>
    /// <param name="where">A role or the name of a machine; of several the first.</param>
    /// <param name="remotePath">From.</param>
    /// <param name="localPath">To.</param>
    public Task download(string where, string remotePath, string localPath) => _machines.DownloadAsync(_machines.Find(where)[0], remotePath, localPath, ct);

    /// <summary>Shows a value in full: YAML as YAML, other things with their members.</summary>
    /// <param name="value">The value.</param>
    public void pp(object? value) => Out.WriteLine(ValueText.Pretty(value));
}
