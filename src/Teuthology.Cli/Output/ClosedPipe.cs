namespace Teuthology.Cli;

/// <summary>The reader of our output went away, as <c>| head</c> does, or the terminal was closed.</summary>
internal static class ClosedPipe
{
    private const int Eio = 5;
    private const int Epipe = 32;

    /// <summary>Whether <paramref name="failure"/> says so.</summary>
    public static bool Is(Exception failure) => failure is IOException { HResult: Epipe or Eio };
}
