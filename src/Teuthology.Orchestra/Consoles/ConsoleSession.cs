using System.Diagnostics;
using System.Text;

namespace Teuthology.Orchestra;

/// <summary>A console that is open to be read and typed at.</summary>
internal sealed class ConsoleSession : IAsyncDisposable
{
    private const int Kept = 64 * 1024;
    private readonly Process process;
    private readonly StringBuilder shown = new();
    private readonly byte[] buffer = new byte[4096];
    private Task<int>? reading;

    public ConsoleSession(IReadOnlyList<string> words)
    {
        process = LocalProgram.Start(words, input: true);
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
    }

    /// <summary>What it has shown lately.</summary>
    public string Shown => shown.ToString();

    public async Task TypeAsync(string keys)
    {
        try
        {
            await process.StandardInput.WriteAsync(keys);
            await process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // It has ended: the next look at it tells.
        }
    }

    /// <summary>Reads on until a text has been shown; false when the time was over or the console has ended.</summary>
    public async Task<bool> ExpectAsync(string text, TimeSpan patience, TimeProvider time, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        while (!Shown.Contains(text, StringComparison.Ordinal))
        {
            reading ??= process.StandardOutput.BaseStream.ReadAsync(buffer, CancellationToken.None).AsTask();
            var left = patience - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
                return false;
            await Task.WhenAny(reading, Task.Delay(left, time, ct));
            ct.ThrowIfCancellationRequested();
            if (!reading.IsCompleted)
                continue;
            var read = await reading;
            reading = null;
            if (read == 0)
                return false;
            shown.Append(Encoding.UTF8.GetString(buffer, 0, read));
            if (shown.Length > Kept)
                shown.Remove(0, shown.Length - (Kept / 2));
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        if (reading is not null)
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        process.Dispose();
    }
}
