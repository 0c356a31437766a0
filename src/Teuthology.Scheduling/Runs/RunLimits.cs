namespace Teuthology.Scheduling;

/// <summary>How many jobs a run may have, by its priority and by the site's threshold: upstream's rules.</summary>
public static class RunLimits
{
    private const string Priorities = """

        Use the following testing priority
        10 to 49: Tests which are urgent and blocking other important development.
        50 to 74: Testing a particular feature/fix with less than 25 jobs and can also be used for urgent release testing.
        75 to 99: Tech Leads usually schedule integration tests with this priority to verify pull requests against main.
        100 to 149: QE validation of point releases.
        150 to 199: Testing a particular feature/fix with less than 100 jobs and results will be available in a day or so.
        200 to 1000: Large test runs that can be done over the course of a week.
        Note: To force run, use --force-priority
        """;

    /// <summary>Checks the priority.</summary>
    /// <param name="jobs">Number of jobs.</param>
    /// <param name="priority">The lower, the sooner.</param>
    /// <exception cref="ScheduleFailedException">So many jobs may not be so urgent.</exception>
    public static void CheckPriority(int jobs, long priority)
    {
        if (priority < 50 || (priority < 75 && jobs > 25) || (priority < 150 && jobs > 100))
            throw new ScheduleFailedException($"Unable to schedule {jobs} jobs with priority {priority}.\n{Priorities}");
    }

    /// <summary>Checks the number.</summary>
    /// <param name="jobs">Number of jobs.</param>
    /// <param name="threshold">How many there may be; 0 for any number.</param>
    /// <exception cref="ScheduleFailedException">There are more.</exception>
    public static void CheckThreshold(int jobs, long threshold)
    {
        if (threshold > 0 && jobs > threshold)
        {
            throw new ScheduleFailedException(
                $"Unable to schedule {jobs} jobs, too many jobs, when maximum {threshold} jobs allowed.\n\nNote: If you still want to go ahead, use --job-threshold 0");
        }
    }
}
