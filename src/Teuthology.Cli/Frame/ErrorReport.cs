namespace Teuthology.Cli;

/// <summary>Tells the user what went wrong, once, and gives the exit code that fits.</summary>
internal static class ErrorReport
{
    /// <summary>Writes the error.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="failure">What was thrown.</param>
    /// <param name="verbose">Adds the stack trace.</param>
    /// <returns>Exit code.</returns>
    public static int Write(Terminal terminal, Exception failure, bool verbose)
    {
        if (failure is AggregateException { InnerExceptions: [var only] })
            return Write(terminal, only, verbose);
        if (ClosedPipe.Is(failure))
            return ExitCode.Success;

        terminal.Error.WriteLine($"{CommandLine.Name}: {Message(failure)}");
        if (verbose)
            terminal.Error.WriteLine(failure.ToString());
        return failure is TeuthologyException { Kind: FailureKind.Configuration } ? ExitCode.BadInput : ExitCode.Failure;
    }

    private static string Message(Exception failure) => failure switch
    {
        TeuthologyException or IOException or UnauthorizedAccessException => failure.Message.TrimEnd(),
        _ => $"internal error, {failure.GetType().Name}: {failure.Message.TrimEnd()} (-v adds the stack trace)",
    };
}
