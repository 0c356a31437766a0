using Teuthology.Files;
using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>Reads files of suites. Opening something else than a file may wait for ever, hence it is looked at first.</summary>
internal static class FragmentFile
{
    /// <summary>The value of the YAML in it; null when it is empty.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, is no file, is too large, or is no YAML.</exception>
    public static object? Load(string path)
    {
        Refuse(path, PlainFile.KindOf(path));
        return YamlLoader.LoadFile(path);
    }

    /// <summary>Refuses what no suite can hold: upstream stops at such an entry, too, whatever its name.</summary>
    /// <param name="path">Path of the entry.</param>
    /// <param name="kind">What it is.</param>
    /// <exception cref="ConfigurationException">It is neither file nor directory.</exception>
    public static void Refuse(string path, FileKind kind)
    {
        var reason = kind switch
        {
            FileKind.Missing when path.Contains('\uFFFD') => "has a name that is not UTF-8",
            FileKind.Missing => "is a symbolic link to something that does not exist",
            FileKind.LinkLoop => "is a symbolic link that leads back to itself",
            FileKind.OutOfReach => "leads into a directory that this user may not enter",
            FileKind.Pipe => "is a named pipe",
            FileKind.Socket => "is a socket",
            FileKind.Device => "is a device",
            _ => null,
        };
        if (reason is not null)
            throw new ConfigurationException($"{path} {reason}; a suite consists of files and directories");
    }
}
