namespace Teuthology.LockTest;

/// <summary>When all clients are gone and the longest lease is over, one claim gets all machines and nobody waits.</summary>
internal static class EndRules
{
    public static IEnumerable<Violation> Check(Record record)
    {
        var end = record.Of("end-test").LastOrDefault();
        if (end is null)
        {
            yield return new Violation("nothing stays locked", long.MaxValue, "the history has no end-test: nobody looked");
            yield break;
        }

        if (!end.Ok)
        {
            yield return new Violation("nothing stays locked", end.Invoked, $"{end}: {end.Answer.Text}");
            yield break;
        }

        if (record.Machines.Except(end.Answer.Nodes ?? []).ToList() is [_, ..] missing)
            yield return new Violation("nothing stays locked", end.Ended, $"{end}: {string.Join(", ", missing)} could not be had");
        foreach (var row in (end.Answer.Rows ?? []).Where(r => r.Locked))
            yield return new Violation("nothing stays locked", end.Ended, $"{end}: {row.Name} is locked still, by {row.Owner} for {row.Description}");
        if (end.Answer.Waiters is not 0)
            yield return new Violation("nobody waits for ever", end.Ended, $"{end}: {end.Answer.Waiters} claims wait though nobody is there");
    }
}
