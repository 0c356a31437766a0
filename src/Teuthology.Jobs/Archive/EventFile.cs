using System.Text.Encodings.Web;
using System.Text.Json;

namespace Teuthology.Jobs;

/// <summary>A job's events.jsonl: one JSON object a line, with <c>time</c> (UTC, ISO 8601) and <c>event</c>.</summary>
internal sealed class EventFile(string path, ArchiveTrouble trouble, TimeProvider time) : IDisposable
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }; // for people and jq, not for HTML
    private readonly Lock _gate = new();
    private readonly FileStream _file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
    private bool _closed;
    private bool _cut;

    public void Write(string name, params ReadOnlySpan<(string Key, object? Value)> facts)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, Readable))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
            json.WriteString("event", name);
            foreach (var (key, value) in facts)
                Write(json, key, value);
            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        lock (_gate)
        {
            if (!_closed)
                trouble.Guard(() => Append(line));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            trouble.Guard(() => _file.Flush(flushToDisk: true));
            _file.Dispose();
        }
    }

    // One write a line: what a killed process has told is told in whole lines. A full disk may cut one; the next begins anew then.
    private void Append(MemoryStream line)
    {
        if (_cut)
            _file.Write("\n"u8);
        _cut = true;
        _file.Write(line.GetBuffer().AsSpan(0, (int)line.Length));
        _cut = false;
    }

    private static void Write(Utf8JsonWriter json, string key, object? value)
    {
        switch (value)
        {
            case null:
                return;
            case string text:
                json.WriteString(key, text);
                break;
            case double seconds:
                json.WriteNumber(key, Math.Round(seconds, 3));
                break;
            case int number:
                json.WriteNumber(key, number);
                break;
            case long number:
                json.WriteNumber(key, number);
                break;
            case IEnumerable<string> words:
                json.WriteStartArray(key);
                foreach (var word in words)
                    json.WriteStringValue(word);
                json.WriteEndArray();
                break;
            case bool flag:
                json.WriteBoolean(key, flag);
                break;
            default:
                json.WriteString(key, value.ToString());
                break;
        }
    }
}
