namespace Teuthology.Jobs;

/// <summary>Something that a job needs and that is not here.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Name">Its name, the same for every job that lacks it: <c>ceph_test_rados</c>.</param>
/// <param name="Reason">Why it is not here, or what would have it.</param>
public sealed record JobNeed(NeedKind Kind, string Name, string Reason)
{
    /// <summary>The kind as a word: <c>binary</c>.</summary>
    public string Word => Kind.ToString().ToLowerInvariant();

    /// <summary>All needs of a job in one sentence, for the reason of a skip.</summary>
    /// <param name="needs">At least one.</param>
    public static string Text(IEnumerable<JobNeed> needs) =>
        "this lab cannot run the job: " + string.Join("; ", needs.Select(need => $"{need.Word} '{need.Name}' is missing ({need.Reason})"));
}
