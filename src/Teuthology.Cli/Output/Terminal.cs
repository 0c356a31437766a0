using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Spectre.Console;

namespace Teuthology.Cli;

/// <summary>Where the program reads and writes, and what it may look up about its surroundings.</summary>
internal sealed class Terminal : IDisposable
{
    private const int WidthOfFiles = 100_000;
    private IAnsiConsole? _rendered;
    private IAnsiConsole? _renderedError;

    /// <summary>Standard output, buffered; results go here and nothing else.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Standard error; progress, remarks and errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Opens standard input. Not before somebody reads: the runtime would switch the terminal's keypad at once.</summary>
    public required Func<TextReader> In { get; init; }

    /// <summary>Whether <see cref="Out"/> is shown to a person.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Whether <see cref="Error"/> is shown to a person.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Whether a person can answer.</summary>
    public bool InIsTerminal { get; init; }

    /// <summary>Columns of the screen.</summary>
    public int Width { get; init; } = 100;

    /// <summary>Directory that relative paths start from.</summary>
    public string Directory { get; init; } = System.Environment.CurrentDirectory;

    /// <summary>Looks up an environment variable; empty counts as unset.</summary>
    public Func<string, string?> Environment { get; init; } = _ => null;

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The last line of <see cref="Error"/>, where that is a terminal that can rewrite it; else null.</summary>
    public LiveLine? Live => Error as LiveLine;

    /// <summary>Tables and colours on <see cref="Out"/>.</summary>
    public IAnsiConsole Rendered => _rendered ??= Render(Out, OutIsTerminal);

    /// <summary>Tables and colours on <see cref="Error"/>.</summary>
    public IAnsiConsole RenderedError => _renderedError ??= Render(Error, ErrorIsTerminal);

    /// <summary>Whether <see cref="Out"/> shows colours.</summary>
    public bool Coloured => OutIsTerminal && Environment("NO_COLOR") is null && Environment("TERM") is not "dumb";

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var remarks = new RemarkWriter(Console.Error);
        return new Terminal
        {
            Out = new StreamWriter(StandardOutput(), utf8, 64 * 1024) { AutoFlush = !Console.IsOutputRedirected },
            Error = Console.IsErrorRedirected || System.Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb" ? remarks : new LiveLine(remarks, ReadErrorWidth),
            In = () => Console.In,
            OutIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            InIsTerminal = !Console.IsInputRedirected,
            Width = ReadWidth(),
            Environment = name => System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
        };
    }

    /// <summary>Standard output for UTF-8 that comes in large pieces, past the buffer of <see cref="Out"/>; not to be closed.</summary>
    public Stream OutBytes()
    {
        Out.Flush();
        return Out is StreamWriter writer ? writer.BaseStream : new TextStream(Out);
    }

    /// <summary>Absolute path of what the user named.</summary>
    public string FullPath(string path) => Path.GetFullPath(
        path.StartsWith("~/", StringComparison.Ordinal) && Environment("HOME") is { } home ? Path.Combine(home, path[2..]) : path,
        Directory);

    /// <summary>Writes what is buffered; a reader that went away is no error.</summary>
    public void Dispose()
    {
        try
        {
            Out.Flush();
        }
        catch (IOException failure) when (ClosedPipe.Is(failure))
        {
        }
    }

    private static Stream StandardOutput()
    {
        // The console's own stream swallows EPIPE, so that `| head -1` would go on for hours; a file stream tells.
        // It is not for files though: it would write at an offset of its own over what stderr wrote to the same file.
        var file = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return file.CanSeek ? Console.OpenStandardOutput() : file;
    }

    private static int ReadErrorWidth()
    {
        try
        {
            return Console.WindowWidth > 0 ? Console.WindowWidth : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }

    private static int ReadWidth()
    {
        try
        {
            return Console.IsOutputRedirected || Console.WindowWidth <= 0 ? 100 : Console.WindowWidth;
        }
        catch (IOException)
        {
            return 100;
        }
    }

    private IAnsiConsole Render(TextWriter writer, bool isTerminal)
    {
        var colours = isTerminal && Environment("NO_COLOR") is null && Environment("TERM") is not "dumb";
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = colours ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = isTerminal ? Width : WidthOfFiles;
        console.Profile.Capabilities.Unicode = isTerminal && IsUtf8();
        return console;
    }

    private bool IsUtf8()
    {
        var locale = Environment("LC_ALL") ?? Environment("LC_CTYPE") ?? Environment("LANG") ?? "";
        return locale.Replace("-", "", StringComparison.Ordinal).EndsWith("utf8", ignoreCase: true, CultureInfo.InvariantCulture);
    }
}
