using System.Runtime.InteropServices;

namespace Teuthology.Files;

/// <summary>Reads the user's files with a bound, and tells what a path is before it is opened.</summary>
internal static partial class PlainFile
{
    /// <summary>Bytes of the largest text that is read whole; a fragment has some kilobytes, the largest archives' lists some hundred.</summary>
    public const int Most = 16 << 20;

    private const int AtCurrentDirectory = -100;
    private const uint TypeOnly = 1;
    private const int NoEntry = 2, NoAccess = 13, NotADirectory = 20, TooManyLinks = 40;

    /// <summary>The bytes of a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="most">How many bytes it may have.</param>
    /// <exception cref="IOException">There is no such file, it has more bytes, or reading fails.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static byte[] Read(string path, int most = Most)
    {
        // No look at the length alone: pipes and files of /proc have none.
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        var length = stream.CanSeek ? stream.Length : 0;
        if (length > most)
            throw TooLarge(most);
        var bytes = new byte[Math.Min(Math.Max(length, 4095) + 1, most + 1L)];
        var filled = 0;
        while (true)
        {
            var read = stream.Read(bytes, filled, bytes.Length - filled);
            if (read == 0)
                return bytes.Length == filled ? bytes : bytes[..filled];
            filled += read;
            if (filled > most)
                throw TooLarge(most);
            if (filled == bytes.Length)
                Array.Resize(ref bytes, (int)Math.Min(bytes.Length * 2L, most + 1L));
        }
    }

    /// <summary>What stands at a path; does not open it.</summary>
    public static FileKind KindOf(string path)
    {
        if (!OperatingSystem.IsLinux())
            return FileKind.Unknown;
        Span<byte> status = stackalloc byte[256];
        if (GetStatus(AtCurrentDirectory, path, 0, TypeOnly, ref MemoryMarshal.GetReference(status)) != 0)
        {
            return Marshal.GetLastPInvokeError() switch
            {
                NoEntry or NotADirectory => FileKind.Missing,
                TooManyLinks => FileKind.LinkLoop,
                NoAccess => FileKind.OutOfReach,
                _ => FileKind.Unknown,
            };
        }

        // struct statx of linux/stat.h: stx_mode is at byte 28 on every architecture.
        return (MemoryMarshal.Read<ushort>(status[28..]) & 0xF000) switch
        {
            0x8000 => FileKind.File,
            0x4000 => FileKind.Directory,
            0x1000 => FileKind.Pipe,
            0xC000 => FileKind.Socket,
            0x2000 or 0x6000 => FileKind.Device,
            _ => FileKind.Unknown,
        };
    }

    private static IOException TooLarge(int most) => new(most >= 1 << 20 ? $"it is larger than {most >> 20} MB" : $"it is larger than {most} bytes");

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetStatus(int directory, string path, int flags, uint mask, ref byte status);
}
