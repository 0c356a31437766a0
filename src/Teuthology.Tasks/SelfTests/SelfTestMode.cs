namespace Teuthology.Tasks;

/// <summary>How <c>tests</c> runs. Both run the tests in a process of their own here; upstream's first one runs them in the job's.</summary>
public enum SelfTestMode
{
    /// <summary>Also for jobs with machines.</summary>
    Py,

    /// <summary>For jobs without machines only.</summary>
    Cli,
}
