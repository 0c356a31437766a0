using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Teuthology.Cli.Tests;

/// <summary>A real terminal with a program in it, driven by tmux over a socket of its own.</summary>
internal sealed class Tmux : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly string _socket;

    private Tmux(string socket) => _socket = socket;

    /// <summary>Starts a program on a fresh terminal of 110 columns; skips the test where tmux cannot be had.</summary>
    /// <param name="directory">Where the program and the socket live.</param>
    /// <param name="environment">Variables that the program gets besides.</param>
    /// <param name="command">The program and its arguments.</param>
    public static async Task<Tmux> StartAsync(string directory, IReadOnlyDictionary<string, string> environment, string command)
    {
        await DebianPrograms.RequireAsync("tmux");
        var tmux = new Tmux(Path.Combine(directory, "tmux"));
        await tmux.RunAsync(["-f", "/dev/null", "new-session", "-d", "-x", "110", "-y", "50", "-c", directory, "env", .. environment.Select(e => $"{e.Key}={e.Value}"), .. command.Split(' ')]);
        return tmux;
    }

    /// <summary>Types a text as it is.</summary>
    // a semicolon at the end of an argument would end tmux's own command
    public Task TypeAsync(string text) => RunAsync("send-keys", "-l", "--", text.EndsWith(';') ? text[..^1] + "\\;" : text);

    /// <summary>Presses keys by tmux's names, such as <c>Enter</c>, <c>C-c</c>, <c>M-Enter</c>, <c>Up</c>.</summary>
    public Task PressAsync(params string[] keys) => RunAsync(["send-keys", .. keys]);

    /// <summary>Types a text and presses Enter.</summary>
    public async Task EnterAsync(string text)
    {
        await TypeAsync(text);
        await PressAsync("Enter");
    }

    /// <summary>Everything on the terminal, also what has scrolled away; rows that were too long are joined.</summary>
    public async Task<string> TextAsync() => (await RunAsync("capture-pane", "-p", "-J", "-S", "-")).TrimEnd();

    /// <summary>Waits until the terminal shows a text.</summary>
    /// <param name="pattern">The text, a regular expression; <c>^</c> and <c>$</c> are ends of rows, <c>\z</c> is the end of what is shown.</param>
    /// <param name="patience">How long it may take; null for two minutes.</param>
    /// <exception cref="TimeoutException">It does not come; the message has the whole terminal.</exception>
    public async Task<string> WaitForAsync(string pattern, TimeSpan? patience = null)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var text = await TextAsync();
            if (Regex.IsMatch(text, pattern, RegexOptions.Multiline))
                return text;
            if (clock.Elapsed > (patience ?? Patience))
                throw new TimeoutException($"the terminal does not show '{pattern}':\n{text}");
            await Task.Delay(40);
        }
    }

    public async ValueTask DisposeAsync() => await RunAsync("kill-server");

    private async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("tmux", ["-S", _socket, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment.Remove("TMUX");
        using var process = Process.Start(start)!;
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 || arguments is ["kill-server"] ? texts[0] : throw new InvalidOperationException($"tmux {string.Join(' ', arguments)}: {texts[1]}");
    }
}
