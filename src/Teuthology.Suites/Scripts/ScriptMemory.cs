using System.Diagnostics.CodeAnalysis;
using System.Runtime.ConstrainedExecution;
using System.Runtime.InteropServices;
using KeraLua;

namespace Teuthology.Suites;

/// <summary>
/// Lua's memory, counted. While a script runs, more than its share is refused: Lua then collects its garbage, and raises "not enough memory" when that
/// does not help. Nothing is refused while the host works on a Lua stack: Lua's error would unwind through frames of .NET.
/// </summary>
internal sealed class ScriptMemory : CriticalFinalizerObject
{
    /// <summary>Bytes that a script may hold; real ones hold some kilobytes.</summary>
    public const int Most = 64 << 20;

    /// <summary>Bytes that a script may ask for in all, be they given back or not: they stand for the time that filling them takes.</summary>
    private const long MostInAll = 4L << 30;

    private long _held;
    private long _asked;

    public ScriptMemory() => Allocator = Allocate;

    /// <summary>Runs after the finalizer of the Lua state, which still gives its memory back.</summary>
    [SuppressMessage("Design", "MA0055:Do not use finalizer", Justification = "Keeps the delegate alive; there is nothing to dispose.")]
    ~ScriptMemory() => GC.KeepAlive(Allocator);

    /// <summary>Lua holds the bare address of the delegate.</summary>
    public LuaAlloc Allocator { get; }

    /// <summary>True while a script runs.</summary>
    public bool IsLimited { get; set; }

    /// <summary>A new script begins.</summary>
    public void Restart() => _asked = 0;

    private IntPtr Allocate(IntPtr data, IntPtr block, UIntPtr oldSize, UIntPtr newSize)
    {
        // Of a new block, the old size tells what kind of object it is for.
        var old = block == IntPtr.Zero ? 0 : (long)oldSize;
        var size = (long)newSize;
        if (size == 0)
        {
            Marshal.FreeHGlobal(block);
            _held -= old;
            return IntPtr.Zero;
        }

        if (size > old && IsLimited && (_held + size - old > Most || (_asked += size) > MostInAll))
            return IntPtr.Zero;
        _held += size - old;
        return block == IntPtr.Zero ? Marshal.AllocHGlobal((nint)size) : Marshal.ReAllocHGlobal(block, (nint)size);
    }
}
