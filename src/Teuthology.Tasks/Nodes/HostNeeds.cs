using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>What a task needs of a machine beyond a shell: programs with the packages that have them, kernel modules, files.</summary>
internal sealed record HostNeeds
{
    private const string Look = """
        PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
        for need in "$@"; do
            what=${need#*:}
            case $need in
                program:*) command -v "$what" >/dev/null ;;
                module:*) grep -qsw "$what" /proc/filesystems || grep -qs "^$what " /proc/modules || modprobe -n -q "$what" 2>/dev/null ;;
                file:*) [ -e "$what" ] ;;
            esac || echo "$need"
        done
        """;

    /// <summary>Package by program.</summary>
    public IReadOnlyDictionary<string, string> Programs { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Kernel modules, built in or to be loaded.</summary>
    public IReadOnlyList<string> Modules { get; init; } = [];

    /// <summary>Package by file.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Asks every machine once, before the task changes anything.</summary>
    /// <exception cref="ConfigurationException">Machines lack something; all that is missing is told.</exception>
    public async Task RequireAsync(TaskRun run, IEnumerable<Remote> remotes, CancellationToken cancellationToken)
    {
        IEnumerable<string> needs = [.. Programs.Keys.Select(p => $"program:{p}"), .. Modules.Select(m => $"module:{m}"), .. Files.Keys.Select(f => $"file:{f}")];
        var machines = remotes.Distinct().ToList();
        var lacking = await InParallel.ForEachAsync(
            machines,
            async (remote, ct) => (await remote.RunAsync(RemoteCommand.Args(["sh", "-c", Look, "sh", .. needs]) with { Label = $"what {run.Name} needs" }, ct)).Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            cancellationToken);
        var told = machines.Zip(lacking).Where(pair => pair.Second.Length > 0).Select(pair => $"{pair.First.ShortName} lacks {string.Join(", ", pair.Second.Select(Tell).Distinct(StringComparer.Ordinal))}").ToList();
        if (told.Count > 0)
            throw run.Wrong($"its machines cannot do this: {string.Join("; ", told)}");
    }

    private string Tell(string need) => need.Split(':', 2) switch
    {
        ["program", var program] => $"{program} (package {Programs[program]})",
        ["module", var module] => $"the kernel module {module}",
        [_, var file] => $"{file} (package {Files[file]})",
        _ => need,
    };
}
