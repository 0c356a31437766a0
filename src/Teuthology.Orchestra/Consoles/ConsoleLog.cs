using System.Diagnostics;

namespace Teuthology.Orchestra;

/// <summary>A console whose output goes to a file.</summary>
internal sealed class ConsoleLog : IAsyncDisposable
{
    private readonly Process process;
    private readonly FileStream file;
    private readonly Task copying;

    public ConsoleLog(IReadOnlyList<string> words, string path)
    {
        process = LocalProgram.Start(words, input: true);
        file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        copying = CopyAsync();
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
    }

    /// <summary>Whether the program ends within a time; blocks for as long.</summary>
    public bool EndsWithin(TimeSpan time) => process.WaitForExit(time);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync().ConfigureAwait(false);
        await copying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        process.Dispose();
        await file.DisposeAsync().ConfigureAwait(false);
    }

    private async Task CopyAsync()
    {
        var buffer = new byte[4096];
        while (await process.StandardOutput.BaseStream.ReadAsync(buffer).ConfigureAwait(false) is var read and > 0)
        {
            await file.WriteAsync(buffer.AsMemory(0, read)).ConfigureAwait(false);
            await file.FlushAsync().ConfigureAwait(false);
        }
    }
}
