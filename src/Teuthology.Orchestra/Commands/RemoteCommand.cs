using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>What to run on a host, and how.</summary>
public sealed record RemoteCommand
{
    private RemoteCommand(string text, bool isScript) => (Text, IsScript) = (text, isScript);

    /// <summary>The command line: quoted words, or the script as it was given.</summary>
    public string Text { get; internal init; }

    /// <summary>True for a script that the login shell reads, false for one program with its arguments.</summary>
    public bool IsScript { get; private init; }

    /// <summary>A script for any POSIX shell, which need not be the login shell: it costs no shell of its own where one is there.</summary>
    internal bool IsPosix { get; private init; }

    /// <summary>Directory to run in; null is the login directory.</summary>
    public string? Cwd { get; init; }

    /// <summary>Run as root by <c>sudo -n</c>; ignored where the login user is root.</summary>
    public bool Sudo { get; init; }

    /// <summary>Short name for the log and for error texts.</summary>
    public string? Label { get; init; }

    /// <summary>
    /// Deadline from the start of the command; its process group is killed then. Null is none. Upstream's <c>timeout</c> is
    /// <see cref="InactivityTimeout"/>; both tell the log <c>Running command with timeout N</c>, in seconds.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// How long the command may say nothing on standard output and standard error; its process group is killed then. Null is for ever.
    /// Upstream bounds each read of its channel by <c>timeout</c> in this manner, but leaves the command alone and tells only when it has ended.
    /// </summary>
    public TimeSpan? InactivityTimeout { get; init; }

    /// <summary>Bytes for standard input, followed by end of file.</summary>
    public ReadOnlyMemory<byte>? Stdin { get; init; }

    /// <summary>
    /// A stream of the caller's for standard input, read in the background to its end, followed by end of file; not disposed. What a command
    /// that ends early leaves of it is not read.
    /// </summary>
    public Stream? StdinFrom { get; init; }

    /// <summary>Leave standard input open for <see cref="RemoteProcess.Stdin"/>; only with <see cref="Remote.StartAsync(RemoteCommand, CancellationToken)"/>.</summary>
    public bool StdinPipe { get; init; }

    /// <summary>Whether a status other than 0 is an error. Without it <see cref="CommandResult.ExitStatus"/> tells, -1 for a command that a signal ended.</summary>
    public bool CheckStatus { get; init; } = true;

    /// <summary>
    /// Whether a connection that is lost under a command whose status is not checked is an error all the same. Upstream's
    /// <c>check_status=False</c> gives -1 then: that is this set to false, and <see cref="CommandResult.ConnectionLost"/> tells it from a signal.
    /// </summary>
    public bool CheckConnection { get; init; } = true;

    /// <summary>Do not log the lines of output.</summary>
    public bool Quiet { get; init; }

    /// <summary>
    /// Takes standard output as raw bytes, which are then neither logged nor captured. Written to by the connection's reader:
    /// while a write blocks, every command on that connection waits.
    /// </summary>
    public Stream? StdoutTo { get; init; }

    /// <summary>Takes standard error as raw bytes, in the same manner.</summary>
    public Stream? StderrTo { get; init; }

    /// <summary>
    /// Give standard output to <see cref="RemoteProcess.Stdout"/> to be read; only with
    /// <see cref="Remote.StartAsync(RemoteCommand, CancellationToken)"/>. While 8 MiB wait to be read, every command on that connection waits.
    /// </summary>
    public bool StdoutPipe { get; init; }

    /// <summary>Give standard error to <see cref="RemoteProcess.Stderr"/>, in the same manner.</summary>
    public bool StderrPipe { get; init; }

    /// <summary>Logger for the lines of output; null is the remote's.</summary>
    public ILogger? Log { get; init; }

    /// <summary>Variables to add to the environment; also set behind sudo.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>As logs and error texts show it, in upstream's form: a directory becomes <c>(cd DIR &amp;&amp; exec CMD)</c>.</summary>
    internal string Shown => Cwd is null ? Text : $"(cd {ShellQuote.Quote(Cwd)} && exec {Text})";

    internal bool HasStdin => StdinPipe || Stdin is not null || StdinFrom is not null;

    /// <summary>A program with arguments, each of which reaches it unchanged.</summary>
    /// <param name="args">Program and arguments, at least one; none may hold NUL.</param>
    /// <exception cref="ArgumentException">There is none, one is null, or one holds NUL.</exception>
    public static RemoteCommand Args(params IEnumerable<string> args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var words = args.ToList();
        if (words.Count == 0)
            throw new ArgumentException("A command needs at least the name of a program.", nameof(args));
        if (words.IndexOf(null!) is var missing and >= 0)
            throw new ArgumentException($"Argument at position {missing} is None: [{string.Join(", ", words.Select(w => w is null ? "None" : PythonRepr.Of(w)))}]", nameof(args));
        return new RemoteCommand(ShellQuote.Join(words), isScript: false);
    }

    /// <summary>
    /// A command line of pieces: words are quoted, raw pieces the login shell interprets. Without a raw piece it is the program with its
    /// arguments.
    /// </summary>
    /// <param name="words">At least one; strings are words.</param>
    /// <exception cref="ArgumentException">There is none, one is null, or one holds NUL.</exception>
    public static RemoteCommand Words(params IReadOnlyList<CommandWord> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words.Any(word => word.Text is null) || words.All(word => !word.IsRaw))
            return Args(words.Select(word => word.Text));
        return Script(string.Join(' ', words));
    }

    /// <summary>A script for the login shell of the user, interpreted as it is.</summary>
    /// <param name="text">One or more lines of shell.</param>
    /// <exception cref="ArgumentException">The text holds NUL.</exception>
    public static RemoteCommand Script(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Contains('\0'))
            throw new ArgumentException("A script cannot hold a NUL character.", nameof(text));
        return new RemoteCommand(text, isScript: true);
    }

    /// <summary>A script of ours, for any POSIX shell.</summary>
    internal static RemoteCommand Posix(string text) => new(text, isScript: false) { IsPosix = true };

    /// <inheritdoc/>
    public override string ToString() => Label is null ? Shown : $"{Label}> {Shown}";
}
