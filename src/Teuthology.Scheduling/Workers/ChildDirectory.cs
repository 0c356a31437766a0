using System.Text.Json;

namespace Teuthology.Scheduling;

/// <summary>A directory that holds a file for each process of a job that a worker of this host watches, so that its successor finds them.</summary>
/// <param name="path">Its path; made when missing.</param>
public sealed class ChildDirectory(string path)
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    /// <summary>Writes a process down as this one's.</summary>
    /// <param name="child">The process.</param>
    public void Note(ChildRecord child)
    {
        ArgumentNullException.ThrowIfNull(child);
        Directory.CreateDirectory(path);
        var draft = FileOf(child) + ".new";
        File.WriteAllText(draft, JsonSerializer.Serialize(child with { Parent = ControllerProcess.Current.ToString() }, Format));
        File.Move(draft, FileOf(child), overwrite: true);
    }

    /// <summary>Forgets a process that is over.</summary>
    /// <param name="child">The process.</param>
    public void Forget(ChildRecord child)
    {
        ArgumentNullException.ThrowIfNull(child);
        File.Delete(FileOf(child));
    }

    /// <summary>Takes over the processes whose watcher is gone.</summary>
    /// <param name="most">How many at most.</param>
    public IReadOnlyList<ChildRecord> Adopt(int most)
    {
        List<ChildRecord> adopted = [];
        foreach (var file in Directory.Exists(path) ? Directory.GetFiles(path, "*.json") : [])
        {
            if (adopted.Count >= most || Read(file) is not { } child || !ControllerProcess.TryParse(child.Parent, out var parent) || !parent.IsDead)
                continue;

            // Of several successors the one has it that gets the file away.
            var mine = $"{file}.{Environment.ProcessId}";
            try
            {
                File.Move(file, mine);
            }
            catch (FileNotFoundException)
            {
                continue;
            }

            Note(child);
            File.Delete(mine);
            adopted.Add(child);
        }

        return adopted;
    }

    private static ChildRecord? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<ChildRecord>(File.ReadAllText(file));
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    private string FileOf(ChildRecord child) => Path.Combine(path, $"{SafePath.Munge(child.Claim.Id)}.json");
}
