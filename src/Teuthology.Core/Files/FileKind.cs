namespace Teuthology.Files;

/// <summary>What stands at a path, symbolic links followed.</summary>
internal enum FileKind
{
    /// <summary>The system does not tell; opening it will.</summary>
    Unknown,

    /// <summary>Nothing, or a link to nothing.</summary>
    Missing,

    /// <summary>A symbolic link that leads back to itself.</summary>
    LinkLoop,

    /// <summary>Something behind a directory that this user may not enter.</summary>
    OutOfReach,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A named pipe: opening it waits for a writer.</summary>
    Pipe,

    /// <summary>A socket.</summary>
    Socket,

    /// <summary>A device: reading it may have effects, or no end.</summary>
    Device,
}
