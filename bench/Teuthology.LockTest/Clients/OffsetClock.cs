using System.IO.MemoryMappedFiles;

namespace Teuthology.LockTest;

/// <summary>The host's clock, off by what a file says: who writes the file moves the clock of all processes that have it in the same moment.</summary>
internal sealed class OffsetClock : TimeProvider, IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    /// <param name="file">Made when it is missing, without an offset.</param>
    public OffsetClock(string file)
    {
        _file = MemoryMappedFile.CreateFromFile(file, FileMode.OpenOrCreate, mapName: null, capacity: sizeof(long));
        _view = _file.CreateViewAccessor();
    }

    /// <summary>Milliseconds by which the clock is ahead.</summary>
    public long Offset
    {
        get => _view.ReadInt64(0);
        set => _view.Write(0, value);
    }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddMilliseconds(Offset);

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
