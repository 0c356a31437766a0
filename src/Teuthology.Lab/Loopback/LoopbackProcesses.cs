using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Teuthology.Lab;

/// <summary>
/// Finds and ends the processes of a node: its sshd, what carries the node's mark in its environment, and all their children.
/// A process that clears its environment and leaves its session escapes; nothing an ordinary user has can hold that one.
/// </summary>
internal static class LoopbackProcesses
{
    private const int Rounds = 50;

    /// <exception cref="TeuthologyException">Kind Infrastructure: some cannot be killed.</exception>
    public static async Task KillAsync(LoopbackNode node, LoopbackState? state, CancellationToken cancellationToken)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var processes = Of(node, state);
            if (processes.Count == 0)
                return;
            foreach (var process in processes)
                Kill(process);
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }

        throw new TeuthologyException(FailureKind.Infrastructure, $"processes of {node.Name} do not end: {string.Join(", ", Of(node, state))}");
    }

    private static List<int> Of(LoopbackNode node, LoopbackState? state)
    {
        var parents = new Dictionary<int, int>();
        var found = new Queue<int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id == Environment.ProcessId)
                continue;
            if (ProcessLife.Parent(id) is not { } parent)
                continue;
            parents[id] = parent;
            if ((state?.Process.ProcessId == id && !state.Process.IsDead) || IsMarked(directory, node))
                found.Enqueue(id);
        }

        var all = new HashSet<int>();
        while (found.TryDequeue(out var id))
            if (all.Add(id))
                foreach (var child in parents.Where(p => p.Value == id))
                    found.Enqueue(child.Key);
        return [.. all];
    }

    private static bool IsMarked(string directory, LoopbackNode node)
    {
        try
        {
            return Entries(directory, "environ").Contains(node.Mark, StringComparer.Ordinal)
                || Entries(directory, "cmdline").Any(argument => argument.StartsWith("sshd: ") && argument.Contains($" -f {node.ConfigFile} "));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or somebody else's.
            return false;
        }
    }

    private static string[] Entries(string directory, string file) =>
        Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(directory, file))).Split('\0');

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // Gone meanwhile; the next round shows whether it really is.
        }
    }
}
