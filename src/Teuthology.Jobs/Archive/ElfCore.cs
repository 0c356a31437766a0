using System.Buffers.Binary;
using System.Text;

namespace Teuthology.Jobs;

/// <summary>Tells which program a core dump is of, by the notes in it (elf(5); the kernel's NT_FILE and NT_PRPSINFO).</summary>
internal static class ElfCore
{
    private const int HeaderBytes = 64;
    private const int ProgramHeaderBytes = 56;
    private const int NotesAtMost = 16 * 1024 * 1024;
    private const uint NoteSegment = 4;
    private const uint FileNote = 0x46494c45;
    private const uint ProcessNote = 3;

    /// <summary>Path of the program that dumped, or its bare name; null when the file is no 64-bit core dump or does not tell.</summary>
    /// <param name="core">The dump, read from its start and not further than its notes.</param>
    public static string? ProgramOf(Stream core)
    {
        try
        {
            var header = Read(core, HeaderBytes);
            var isCore = header.AsSpan(0, 5).SequenceEqual("\u007fELF\u0002"u8) && header[5] == 1 && BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(16)) == 4;
            if (!isCore)
                return null;
            long position = HeaderBytes;
            var table = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(32));
            Skip(core, ref position, table);
            for (var left = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(56)); left > 0; left--)
            {
                var segment = Read(core, ProgramHeaderBytes);
                position += ProgramHeaderBytes;
                if (BinaryPrimitives.ReadUInt32LittleEndian(segment) != NoteSegment)
                    continue;
                var (at, size) = (BinaryPrimitives.ReadInt64LittleEndian(segment.AsSpan(8)), BinaryPrimitives.ReadInt64LittleEndian(segment.AsSpan(32)));
                if (size is <= 0 or > NotesAtMost || at < position)
                    return null;
                Skip(core, ref position, at);
                return ProgramOf(Read(core, (int)size));
            }

            return null;
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException or ArgumentException)
        {
            return null;
        }
    }

    private static string? ProgramOf(ReadOnlySpan<byte> notes)
    {
        string? name = null;
        while (notes.Length >= 12)
        {
            var nameSize = BinaryPrimitives.ReadInt32LittleEndian(notes);
            var size = BinaryPrimitives.ReadInt32LittleEndian(notes[4..]);
            var type = BinaryPrimitives.ReadUInt32LittleEndian(notes[8..]);
            var body = notes.Slice(12 + Aligned(nameSize), size);
            if (type == ProcessNote && size >= 56)
                name = Text(body[40..56]); // pr_fname, cut to 15 characters
            else if (type == FileNote)
                return PathIn(body, name) ?? name;
            notes = notes[Math.Min(notes.Length, 12 + Aligned(nameSize) + Aligned(size))..];
        }

        return name;
    }

    // Count, page size, three numbers for each mapping, then their paths; the program's own is the one that bears its name, else the first.
    private static string? PathIn(ReadOnlySpan<byte> files, string? name)
    {
        var count = (int)BinaryPrimitives.ReadInt64LittleEndian(files);
        var paths = Encoding.UTF8.GetString(files[(16 + (count * 24))..]).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        return Array.Find(paths, path => name is { Length: > 0 } && Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal)) ?? paths.FirstOrDefault();
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes).TrimEnd('\0');

    private static int Aligned(int size) => checked(size + 3) & ~3;

    private static byte[] Read(Stream from, int count)
    {
        var bytes = new byte[count];
        from.ReadExactly(bytes);
        return bytes;
    }

    // A decompressing stream cannot seek.
    private static void Skip(Stream from, ref long position, long to)
    {
        for (var left = to - position; left > 0;)
        {
            var part = Read(from, (int)Math.Min(left, 64 * 1024));
            left -= part.Length;
        }

        position = Math.Max(position, to);
    }
}
