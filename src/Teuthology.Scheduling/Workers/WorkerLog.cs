using System.Globalization;

namespace Teuthology.Scheduling;

/// <summary>The log of a worker, in upstream's lines; also on the terminal, if somebody looks.</summary>
/// <param name="file">Its path; appended to.</param>
/// <param name="name">Who logs: <c>teuthology.worker</c>.</param>
/// <param name="echo">Gets the lines, too; null for nobody.</param>
/// <param name="time">Clock.</param>
public sealed class WorkerLog(string file, string name, TextWriter? echo, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly StreamWriter _file = new(new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };

    /// <summary>Something happened.</summary>
    /// <param name="text">What.</param>
    public void Info(string text) => Write("INFO", text);

    /// <summary>Something went wrong.</summary>
    /// <param name="text">What.</param>
    public void Error(string text) => Write("ERROR", text);

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private void Write(string level, string text)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow().UtcDateTime:yyyy-MM-ddTHH:mm:ss.fff} {level}:{name}:{text}");
        lock (_gate)
        {
            // A job's process may have written to the same file: appending is a matter of opening, for the runtime.
            _file.BaseStream.Seek(0, SeekOrigin.End);
            _file.WriteLine(line);
            echo?.WriteLine(line);
        }
    }
}
