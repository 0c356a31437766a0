namespace Teuthology.Cli;

/// <summary>What the process answers to its caller.</summary>
internal static class ExitCode
{
    /// <summary>It did what was asked; every job passed.</summary>
    public const int Success = 0;

    /// <summary>It did not: a job failed, a machine or a server did not answer.</summary>
    public const int Failure = 1;

    /// <summary>What was asked makes no sense: an option, a file, a suite.</summary>
    public const int BadInput = 2;

    /// <summary>The job is another worker's by now: nothing was done. EX_TEMPFAIL of sysexits.h.</summary>
    public const int NotOurs = 75;

    /// <summary>Stopped as one should be stopped, by a signal: the process answers 0.</summary>
    public const int Stopped = -1;

    /// <summary>Ctrl-C, after everything was unwound.</summary>
    public const int Interrupted = 130;
}
