using System.Text;

namespace Teuthology.Suites;

/// <summary>A piece of a description in UTF-8 with a blank before it, plain and as in a JSON text.</summary>
internal sealed class LineText(string text)
{
    private byte[]? _plain;
    private byte[]? _json;

    public byte[] Plain => _plain ??= Encoding.UTF8.GetBytes(" " + text);

    public byte[] Json => _json ??= JsonLine.IsPlain(text) ? Plain : JsonLine.Spaced(text);
}
