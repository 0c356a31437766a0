using Teuthology.Lab;

namespace Teuthology.Tasks;

/// <summary>
/// Builds in a directory laid out like a gitbuilder's: <c>PROJECT-deb-CODENAME-ARCH-FLAVOUR/sha1/COMMIT</c>, and <c>ref/NAME</c> that points there. A build is there
/// as a whole or not at all. Any web server can give it; nothing in it is ever changed but where <c>ref/NAME</c> points.
/// </summary>
/// <param name="directory">The directory.</param>
internal sealed class PackageStore(string directory)
{
    private const string Working = ".working";

    /// <summary>Where repositories of sources are kept.</summary>
    public string Sources => Path.Combine(directory, Working, "sources");

    /// <summary>Whether a build is there.</summary>
    public bool Has(BuildTarget target, string commit) => File.Exists(Path.Combine(PathOf(target, commit), "version"));

    /// <summary>Version of a build that is there.</summary>
    public async Task<string> VersionAsync(BuildTarget target, string commit, CancellationToken cancellationToken) =>
        (await File.ReadAllTextAsync(Path.Combine(PathOf(target, commit), "version"), cancellationToken)).Trim();

    /// <summary>The right to make a build; one job has it at a time, and loses it with its process.</summary>
    /// <param name="build">Name of the build.</param>
    /// <param name="waiting">Called once when another job has it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<FileLock> LockAsync(string build, Action waiting, CancellationToken cancellationToken) =>
        FileLock.TakeAsync(Path.Combine(directory, Working, build + ".lock"), waiting, cancellationToken);

    /// <summary>An empty place for what is on its way, to be used by the one who has the build's lock: what a killed job left there goes.</summary>
    /// <param name="build">Name of the build.</param>
    public string Scratch(string build)
    {
        var path = Path.Combine(directory, Working, build);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        Directory.CreateDirectory(path);
        return path;
    }

    /// <summary>Takes a build in; one that another job made of the same commit meanwhile is as good.</summary>
    /// <param name="target">What it is for.</param>
    /// <param name="commit">What was built.</param>
    /// <param name="from">Directory in <see cref="Scratch"/> with the build.</param>
    public void Add(BuildTarget target, string commit, string from)
    {
        var path = PathOf(target, commit);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            Directory.Move(from, path);
        }
        catch (IOException) when (Has(target, commit))
        {
            Directory.Delete(from, recursive: true);
        }
    }

    /// <summary>Has <c>ref/NAME</c> point at a commit's build, from one moment to the next.</summary>
    /// <exception cref="ConfigurationException">The name leads out of the directory.</exception>
    public async Task PointAsync(BuildTarget target, BuildReference reference, string commit, CancellationToken cancellationToken)
    {
        if (reference.Kind == "sha1" && reference.Value == commit)
            return;
        var parts = reference.Path.Split('/');
        if (parts.Any(part => part is "" or "." or ".."))
            throw new ConfigurationException($"'{reference.Value}' is no name of a tag, a branch or a commit");
        var link = Path.Combine([BaseOf(target), .. parts]);
        var to = $"{string.Concat(Enumerable.Repeat("../", parts.Length - 1))}sha1/{commit}";
        if (new FileInfo(link).LinkTarget == to)
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        var next = $"{link}.{Guid.NewGuid():N}";
        File.CreateSymbolicLink(next, to);

        // rename(2): File.Move does not take a link to a directory for a file
        await ToolRun.RunAsync("mv", ["-T", "-f", "--", next, link], cancellationToken);
    }

    private static string Name(string text) => text.Length > 0 && text[0] != '.' && text.All(c => char.IsAsciiLetterOrDigit(c) || "._+~".Contains(c, StringComparison.Ordinal) || c == '-')
        ? text
        : throw new ConfigurationException($"'{text}' is no name that a directory of packages could have");

    private string BaseOf(BuildTarget target) => Path.Combine(directory, Name($"{target.Project}-{target.Os.PackageType}-{target.Dist}-{target.Arch}-{target.Flavor}"));

    private string PathOf(BuildTarget target, string commit) => Path.Combine(BaseOf(target), "sha1", Name(commit));
}
