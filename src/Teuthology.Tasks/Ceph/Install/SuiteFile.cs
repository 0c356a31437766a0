using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>Files that stand beside the suites of a job.</summary>
internal static class SuiteFile
{
    /// <summary>A file below the job's <c>suite_path</c>, or below <c>.qa</c> of the suites, or the directory above them as in Ceph's source tree.</summary>
    /// <param name="job">The job.</param>
    /// <param name="path">Path of the file, in parts.</param>
    /// <returns>Null when there is none.</returns>
    public static string? Find(JobContext job, params string[] path) => new[]
    {
        job.Config.Get("suite_path") as string,
        job.Spec.SuitesDirectory is { } suites ? Path.Combine(suites, ".qa") : null,
        job.Spec.SuitesDirectory is { } below ? Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(below))) : null,
    }.OfType<string>().Select(root => Path.Combine([root, .. path])).FirstOrDefault(File.Exists);
}
