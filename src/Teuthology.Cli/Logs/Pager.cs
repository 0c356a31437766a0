using System.ComponentModel;
using System.Diagnostics;

namespace Teuthology.Cli;

/// <summary>A pager on the user's terminal.</summary>
internal sealed class Pager : IAsyncDisposable
{
    private readonly Process _process;

    private Pager(Process process) => _process = process;

    /// <summary>What it shows.</summary>
    public TextWriter Input => _process.StandardInput;

    /// <summary>Starts <c>$PAGER</c>, else less; null where nobody looks, where there is none, and for <c>PAGER=cat</c>.</summary>
    public static Pager? Start(Terminal terminal)
    {
        var program = terminal.Environment("PAGER") ?? "less";
        if (!terminal.OutIsTerminal || !terminal.InIsTerminal || program == "cat")
            return null;
        var start = new ProcessStartInfo("/bin/sh", ["-c", program]) { RedirectStandardInput = true, UseShellExecute = false, StandardInputEncoding = new System.Text.UTF8Encoding(false) };
        start.Environment["LESS"] = terminal.Environment("LESS") ?? "FRX"; // ends at once what fits the screen; shows colours
        if (program == "less" && !Array.Exists((terminal.Environment("PATH") ?? "").Split(':'), directory => File.Exists(Path.Combine(directory, "less"))))
            return null;
        try
        {
            return Process.Start(start) is { } process ? new Pager(process) : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It was left before its end.
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
