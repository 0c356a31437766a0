using Spectre.Console;

namespace Teuthology.Cli;

/// <summary>A status word in its colour.</summary>
internal static class StatusText
{
    public static Text Of(string status) => new(status, Colour(status));

    public static Style Colour(string status) => new(status.Split(' ')[^1] switch
    {
        "pass" or "up" => Color.Green,
        "fail" or "dead" or "down" or "broken" => Color.Red,
        "running" or "waiting" or "queued" => Color.Blue,
        _ => Color.Yellow,
    });
}
