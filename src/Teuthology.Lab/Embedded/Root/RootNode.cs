using System.Globalization;

namespace Teuthology.Lab;

/// <summary>What is on disk of one machine.</summary>
/// <param name="Directory">Its directory.</param>
/// <param name="Cgroup">Its cgroup, or null.</param>
internal sealed record RootNode(string Directory, string? Cgroup)
{
    /// <summary>Its name.</summary>
    public string Name => Path.GetFileName(Directory);

    /// <summary>True when anything of it exists.</summary>
    public bool Exists => System.IO.Directory.Exists(Directory) || (Cgroup is not null && System.IO.Directory.Exists(Cgroup));

    /// <summary>What its process 1 and its sshd say.</summary>
    public string Console => Read("console.log");

    /// <summary>Where that is written.</summary>
    public string ConsoleFile => PathOf("console.log");

    /// <summary>Public host key: <c>type base64</c>; empty while there is none.</summary>
    public string HostKey => string.Join(' ', Read("hostkey.pub").Split(' ').Take(2));

    /// <summary>Root file system of the image that it is made of.</summary>
    public string ImageRoot => Read("image").Trim();

    /// <summary>Whether it is a virtual machine.</summary>
    public bool IsGuest => File.Exists(PathOf("guest"));

    /// <summary>Where the files are kept that it has of its own.</summary>
    public string Upper => PathOf("upper");

    /// <summary>What lies between those and the image, the uppermost first.</summary>
    public IReadOnlyList<string> Layers => Read("layers").Trim().Split(':', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>True when its sshd was started and listens.</summary>
    public bool Listens => Console.Contains("Server listening on", StringComparison.Ordinal);

    /// <summary>Host process that carries it; 0 when that is gone.</summary>
    public int Process
    {
        get
        {
            var words = Read("pid").Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            return words.Length == 2 && StartTime(words[0]) == words[1] ? int.Parse(words[0], CultureInfo.InvariantCulture) : 0;
        }
    }

    /// <summary>When it was started, or null.</summary>
    public DateTimeOffset? Since => File.Exists(PathOf("pid")) ? new DateTimeOffset(File.GetLastWriteTimeUtc(PathOf("pid")), TimeSpan.Zero) : null;

    // A process is known by its number and its start time, field 22 of proc(5)'s stat; the name before may hold blanks
    private static string? StartTime(string process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : fields[19];
        }
        catch (IOException)
        {
            return null;
        }
    }

    private string PathOf(string file) => Path.Combine(Directory, file);

    private string Read(string file)
    {
        try
        {
            return File.ReadAllText(PathOf(file));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
