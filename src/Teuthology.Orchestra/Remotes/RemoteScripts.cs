namespace Teuthology.Orchestra;

/// <summary>Scripts of which the output is wanted.</summary>
public static class RemoteScripts
{
    /// <summary>Runs a script and gives its standard output.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="script">For the login shell.</param>
    /// <param name="ct">Kills it.</param>
    /// <exception cref="CommandFailedException">It failed; see <see cref="Remote.RunAsync(RemoteCommand, CancellationToken)"/> for the other errors.</exception>
    /// <exception cref="TeuthologyException">The output is longer than <see cref="RemoteOptions.CaptureLimit"/>.</exception>
    public static Task<string> ShAsync(this Remote remote, string script, CancellationToken ct) => remote.ShAsync(RemoteCommand.Script(script), ct);

    /// <summary>Runs a command and gives its standard output.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="command">What to run, and how.</param>
    /// <param name="ct">Kills it.</param>
    /// <exception cref="CommandFailedException">It failed; see <see cref="Remote.RunAsync(RemoteCommand, CancellationToken)"/> for the other errors.</exception>
    /// <exception cref="TeuthologyException">The output is longer than <see cref="RemoteOptions.CaptureLimit"/>.</exception>
    public static async Task<string> ShAsync(this Remote remote, RemoteCommand command, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        var result = await remote.RunAsync(command, ct);
        return result.StdoutDropped == 0
            ? result.Stdout
            : throw new TeuthologyException(FailureKind.Test, $"The output of {PythonRepr.Of(command.Text)} on {remote.ShortName} is longer than {remote.Options.CaptureLimit} bytes; take it by RemoteCommand.StdoutTo");
    }

    /// <summary>
    /// Puts a script into a file of the host's /tmp, named after date and label as upstream does, runs it by its own first line, and removes
    /// it again when it was good.
    /// </summary>
    /// <param name="remote">The host.</param>
    /// <param name="script">The script, with its <c>#!</c> line.</param>
    /// <param name="label">For the name and the log; null is <c>script</c>.</param>
    /// <param name="sudo">As root.</param>
    /// <param name="ct">Kills it.</param>
    /// <returns>Its standard output.</returns>
    /// <exception cref="CommandFailedException">It failed; the file then stays.</exception>
    public static Task<string> ShFileAsync(this Remote remote, string script, string? label, bool sudo, CancellationToken ct) =>
        ShFileAsync(remote, script, label, path => RemoteCommand.Args(path) with { Sudo = sudo }, ct);

    /// <summary>As the other overload, as another user by <c>sudo -u</c>; upstream's <c>sudo='name'</c>.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="script">The script, with its <c>#!</c> line.</param>
    /// <param name="label">For the name and the log; null is <c>script</c>.</param>
    /// <param name="user">Name of the user.</param>
    /// <param name="ct">Kills it.</param>
    /// <returns>Its standard output.</returns>
    /// <exception cref="CommandFailedException">It failed; the file then stays.</exception>
    public static Task<string> ShFileAsync(this Remote remote, string script, string? label, string user, CancellationToken ct) =>
        ShFileAsync(remote, script, label, path => RemoteCommand.Args("sudo", "-n", "-u", user, "--", path), ct);

    private static async Task<string> ShFileAsync(Remote remote, string script, string? label, Func<string, RemoteCommand> run, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        var template = $"/tmp/teuthology-remote-{remote.Options.Time.GetUtcNow():yyyyMMddHHmmss}-{label ?? "script"}-XXXX";
        var path = (await remote.ShAsync(RemoteCommand.Args("mktemp", template) with { Quiet = true }, ct)).TrimEnd('\n');
        await remote.WriteFileAsync(path, script, new RemoteFileOptions { Mode = "a+rx" }, ct);
        var output = await remote.ShAsync(run(path) with { Label = label }, ct);
        await remote.RemoveAsync(path, sudo: false, ct);
        return output;
    }
}
