using System.Text;
using System.Text.Json;

namespace Teuthology.Suites;

/// <summary>
/// The line of one job while it is made: its description goes to the buffer at once, the selections that it consists of are noted in merge order.
/// Belongs to one thread.
/// </summary>
/// <param name="output">Where the lines go.</param>
/// <param name="json">True writes the description as in a JSON text.</param>
internal sealed class JobLine(Utf8Output output, bool json)
{
    private Selection[] _parts = new Selection[64];
    private Selection[] _room = new Selection[64];
    private int _count;
    private int _begin;
    private int _end;

    /// <summary>The bytes of the line.</summary>
    public Utf8Output Output => output;

    /// <summary>The selections that the job consists of, in merge order.</summary>
    public ReadOnlySpan<Selection> Parts => _parts.AsSpan(0, _count);

    /// <summary>The fragments of the job, in merge order.</summary>
    public IReadOnlyList<string> Fragments => [.. _parts.Take(_count).SelectMany(part => part.Fragments)];

    /// <summary>The description that was written.</summary>
    public string Description
    {
        get
        {
            if (!json)
                return Encoding.UTF8.GetString(output.From(_begin)[..(_end - _begin)]);
            // With the quotes around it.
            var reader = new Utf8JsonReader(output.From(_begin - 1)[..(_end - _begin + 2)]);
            reader.Read();
            return reader.GetString()!;
        }
    }

    /// <summary>Begins the description of another job.</summary>
    public void Begin()
    {
        _count = 0;
        _begin = output.Length;
    }

    /// <summary>Ends the description.</summary>
    public void End() => _end = output.Length;

    /// <summary>Goes on with the description.</summary>
    /// <param name="text">What comes next.</param>
    /// <param name="afterBlank">True puts a blank before it.</param>
    public void Write(LineText text, bool afterBlank = false)
    {
        var bytes = json ? text.Json : text.Plain;
        output.Write(afterBlank ? bytes : bytes.AsSpan(1));
    }

    /// <summary>Room for the selections of a product's facets, until the next call.</summary>
    /// <param name="count">How many facets there are.</param>
    public Span<Selection> Room(int count)
    {
        if (_room.Length < count)
            _room = new Selection[count];
        return _room.AsSpan(0, count);
    }

    /// <summary>Notes what comes next in merge order.</summary>
    public void Note(Selection selection)
    {
        if (_count == _parts.Length)
            Array.Resize(ref _parts, _count * 2);
        _parts[_count++] = selection;
    }

    /// <summary>Writes and notes a selection that is the whole of what comes next.</summary>
    public void Put(Selection selection)
    {
        Write(selection.Line);
        Note(selection);
    }

    /// <summary>Writes what stands before a child, and takes its slash back when the child has no text.</summary>
    /// <param name="before">A directory's name with a slash, or nothing.</param>
    /// <param name="child">The child.</param>
    /// <param name="index">Index in the child.</param>
    /// <param name="random">Source of draws.</param>
    public void PutBelow(LineText before, MatrixNode child, WideInt index, PythonRandom random)
    {
        var start = output.Length;
        Write(before);
        var end = output.Length;
        child.Put(index, random, this);
        if (output.Length == end && end > start)
            output.Length--;
    }
}
