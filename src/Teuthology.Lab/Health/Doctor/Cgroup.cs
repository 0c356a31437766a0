namespace Teuthology.Lab;

/// <summary>A directory of cgroup2.</summary>
internal static class Cgroup
{
    private const int Tries = 500;

    /// <summary>Whether its processes stand still.</summary>
    public static bool IsFrozen(string group) => Read(group, "cgroup.events").Contains("frozen 1", StringComparison.Ordinal);

    /// <summary>Whether there are processes in it, or in one below it.</summary>
    public static bool IsPopulated(string group) => Read(group, "cgroup.events").Contains("populated 1", StringComparison.Ordinal);

    /// <summary>Kills its processes and removes it with those below it.</summary>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it does not become empty.</exception>
    public static async Task RemoveAsync(string group, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(group))
            return;
        await File.WriteAllTextAsync(Path.Combine(group, "cgroup.kill"), "1", cancellationToken);
        for (var i = 0; i < Tries && IsPopulated(group); i++)
            await Task.Delay(10, cancellationToken);
        if (IsPopulated(group))
            throw new TeuthologyException(FailureKind.Infrastructure, $"the processes in {group} do not end");
        foreach (var inner in Directory.GetDirectories(group, "*", SearchOption.AllDirectories).OrderByDescending(d => d.Length).Append(group))
            Directory.Delete(inner);
    }

    private static string Read(string group, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(group, file));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
