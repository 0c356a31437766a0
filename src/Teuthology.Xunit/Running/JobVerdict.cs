using Teuthology.Jobs;
using Xunit.Sdk;
using SkipException = Xunit.SkipException;

namespace Teuthology.Xunit;

/// <summary>Makes one result of what the job says and what the test threw.</summary>
internal static class JobVerdict
{
    /// <summary>
    /// The failure to tell: the job's reason in summary.yaml's words, then the clean-ups that failed, then what the test's own code threw.
    /// </summary>
    /// <param name="thrown">What the test threw, null when nothing.</param>
    /// <param name="own">That of it which the job itself threw and its result tells.</param>
    /// <param name="result">How the job ended; null when it never began.</param>
    /// <returns>Null for a pass, a <see cref="SkipException"/> for a skip.</returns>
    public static Exception? Of(Exception? thrown, Exception? own, JobResult? result)
    {
        var others = (thrown as AggregateException)?.InnerExceptions.ToList() ?? (thrown is null ? [] : [thrown]);
        var failed = result is { Status: JobStatus.Fail or JobStatus.Dead };
        if (result is not null)
            others.RemoveAll(e => ReferenceEquals(e, own));
        if (!failed && result is { Status: JobStatus.Skip })
            return new SkipException(result.FailureReason ?? "The job skipped itself.");
        if (!failed && others.OfType<SkipException>().FirstOrDefault() is { } skip)
            return skip;
        others.RemoveAll(e => e is SkipException);
        if (!failed && others.Count == 0)
            return null;
        if (!failed && others is [not TeuthologyException])
            return others[0]; // the test's own, with its stack trace
        var texts = others.Select(Text);
        return new XunitException(string.Join("\n\n", failed ? [result!.FailureReason ?? "The job failed and gave no reason.", .. result.CleanupFailures, .. texts] : texts));
    }

    private static string Text(Exception e) => e is TeuthologyException or XunitException ? e.Message : $"{e.GetType().FullName}: {e.Message}\n{e.StackTrace}";
}
