using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>What a daemon's command line begins with where the job wants it profiled or run under valgrind.</summary>
/// <param name="job">The job.</param>
/// <param name="options">What the job says of the cluster.</param>
internal sealed class DaemonWrapper(JobContext job, CephOptions options)
{
    public IReadOnlyList<string> Words(CephDaemon daemon)
    {
        List<string> words = [];
        if (options.CpuProfile.Contains(daemon.Role))
            words.AddRange(["env", $"CPUPROFILE=/var/log/ceph/profiling-logger/{daemon.Role}.prof"]);
        if (options.Valgrind.For(daemon.Type, daemon.Role) is not { } arguments)
            return words;

        var xml = arguments.Any(a => a.Contains("memcheck", StringComparison.Ordinal) || a.Contains("helgrind", StringComparison.Ordinal));
        var log = $"/var/log/ceph/valgrind/{daemon.Role}.log";
        words.AddRange(["env", "OPENSSL_ia32cap=~0x1000000000000000", "valgrind", "--trace-children=no", "--child-silent-after-fork=yes", "--soname-synonyms=somalloc=*tcmalloc*"]);
        if (xml)
            words.Add("--num-callers=50");
        words.Add($"--suppressions={job.TestDirectory}/valgrind.supp");
        words.AddRange(xml ? ["--xml=yes", $"--xml-file={log}"] : [$"--log-file={log}"]);
        words.AddRange(["--time-stamp=yes", "--vgdb=yes"]);
        if (options.Valgrind.ExitOnFirstError)
            words.AddRange(["--exit-on-first-error=yes", "--error-exitcode=42"]);
        return [.. words, .. arguments];
    }
}
