using Teuthology.Lab;

namespace Teuthology.Tasks;

/// <summary>The packages that machines of the embedded lab have or can install: those of its image.</summary>
public static class OfferedPackages
{
    /// <summary>Their names; null while there is no image to look into.</summary>
    /// <param name="provisioners">What makes machines here.</param>
    public static IReadOnlySet<string>? Of(IEnumerable<IProvisioner> provisioners)
    {
        if (provisioners.OfType<IMachineImage>().FirstOrDefault(image => image.ImageExists) is not { } found)
            return null;
        string[] files = ["root/var/lib/dpkg/status", "root/srv/packages/Packages"];
        return files.Select(file => Path.Combine(found.ImageDirectory, file)).Where(File.Exists).SelectMany(Names).ToHashSet(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Names(string file)
    {
        const string Field = "Package: ";
        return File.ReadLines(file).Where(line => line.StartsWith(Field, StringComparison.Ordinal)).Select(line => line[Field.Length..].Trim());
    }
}
