using System.Diagnostics;
using Teuthology.Jobs;
using Teuthology.Lab;

namespace Teuthology.Tasks;

/// <summary>ansible-playbook on the controller.</summary>
internal static class AnsibleProgram
{
    private static readonly SemaphoreSlim Installing = new(1);

    /// <summary>Installs it where it is missing and this process may; else tells the command to do so.</summary>
    /// <exception cref="TeuthologyException">Kind Infrastructure: there is none.</exception>
    public static async Task EnsureAsync(TaskRun run, CancellationToken cancellationToken)
    {
        const string package = "ansible-core";
        await Installing.WaitAsync(cancellationToken);
        try
        {
            if (ToolRun.Find("ansible-playbook") is not null)
                return;
            if (!Environment.IsPrivilegedProcess || ToolRun.Find("apt-get") is null)
                throw new TeuthologyException(FailureKind.Infrastructure, $"task '{run.Name}' needs ansible-playbook on the controller: apt-get install {package}");
            TasksLog.Text(run.Log, $"installing on this host: {package}");
            await ToolRun.RunAsync("apt-get", ["-o", "DPkg::Lock::Timeout=300", "install", "-y", "-q", "--no-install-recommends", package], cancellationToken);
        }
        finally
        {
            Installing.Release();
        }
    }

    /// <summary>Runs it; each line of its output goes to the log and to <paramref name="output"/>.</summary>
    /// <returns>Its exit status.</returns>
    public static async Task<int> RunAsync(string directory, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, Action<string> output, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("ansible-playbook", arguments)
        {
            WorkingDirectory = directory, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return await ControllerProgram.RunAsync(start, output, cancellationToken);
    }
}
