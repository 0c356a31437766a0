namespace Teuthology.Suites;

/// <summary>What a node of the matrix gives for an index.</summary>
/// <param name="text">Its part of the description.</param>
/// <param name="fragments">Fragments in merge order, relative to the suite directory.</param>
internal sealed class Selection(string text, string[] fragments)
{
    private LineText? _line;
    private byte[]? _paths;

    public string Text => text;

    public string[] Fragments => fragments;

    /// <summary>The text as it is written. A million jobs share some thousand selections, so each is put into bytes once.</summary>
    public LineText Line => _line ??= new LineText(text);

    /// <summary>The fragments as items of a JSON list.</summary>
    public byte[] Paths => _paths ??= JsonLine.Items(fragments);

    /// <summary>The layers of its fragments, kept here by the reader that made them.</summary>
    public SelectionLayers? Layers { get; set; }

    public Selection Named(string other) => ReferenceEquals(text, other) ? this : new Selection(other, fragments);
}
