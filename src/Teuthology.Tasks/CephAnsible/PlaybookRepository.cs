using Teuthology.Jobs;
using Teuthology.Lab;

namespace Teuthology.Tasks;

/// <summary>A clone of a repository of playbooks, the task's own to change, with an inventory beside it.</summary>
internal sealed class PlaybookRepository : IAsyncDisposable
{
    private readonly string _work = Directory.CreateTempSubdirectory("teuth_playbooks_").FullName;

    /// <summary>The working tree.</summary>
    public string Root => Path.Combine(_work, "repo");

    /// <summary>The inventory.</summary>
    public string Inventory => Path.Combine(_work, "inventory");

    /// <exception cref="ConfigurationException">It cannot be cloned.</exception>
    public static async Task<PlaybookRepository> CloneAsync(TaskRun run, string repo, string branch, CancellationToken cancellationToken)
    {
        var clone = new PlaybookRepository();
        try
        {
            // A shallow clone of a path needs the form of an address.
            var address = Directory.Exists(repo) ? $"file://{Path.GetFullPath(repo)}" : repo;
            await ToolRun.RunAsync("git", ["clone", "--quiet", "--depth", "1", "--branch", branch, "--", address, clone.Root], cancellationToken);
            return clone;
        }
        catch (TeuthologyException e)
        {
            await clone.DisposeAsync();
            throw new ConfigurationException($"task '{run.Name}': branch '{branch}' of 'repo' {repo} cannot be cloned: {e.Message}", run.Mark, e);
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_work, recursive: true);
        return ValueTask.CompletedTask;
    }
}
