using System.Globalization;
using System.Text.RegularExpressions;

namespace Teuthology.Bench;

/// <summary>What a teuthology.log, ours or upstream's, tells of the job's own tasks.</summary>
/// <param name="Commands">Commands on the machine, in order; the test directory is written <c>TESTDIR</c>.</param>
/// <param name="Phases">Seconds of entering each own task, and of leaving those that are left, in order.</param>
internal sealed partial record QaLog(IReadOnlyList<string> Commands, IReadOnlyList<(string Name, double Seconds)> Phases)
{
    /// <summary>Seconds from the first own task to the end of the last one's unwinding.</summary>
    public double Own => Phases.Sum(phase => phase.Seconds);

    /// <param name="path">The log.</param>
    /// <param name="own">Names of the job's own tasks.</param>
    /// <param name="testDirectory">Directory on the machine.</param>
    public static QaLog Read(string path, IReadOnlyList<string> own, string testDirectory)
    {
        var commands = new List<string>();
        var marks = new List<(string Name, DateTime Time)>();
        foreach (var line in File.ReadLines(path))
        {
            if (Mark().Match(line) is { Success: true } mark)
            {
                var (task, leaving) = (mark.Groups["task"].Value, mark.Groups["what"].Value.StartsWith("Unwinding", StringComparison.Ordinal));
                var mine = own.Contains(task);
                if (mine || (marks.Count > 0 && leaving && marks[^1].Name.Length > 0))
                    marks.Add((mine ? $"{(leaving ? "leaving" : "entering")} {task}" : "", Time(line)));
            }

            if (marks is [.., { Name.Length: > 0 }] && Command().Match(line) is { Success: true } command)
                commands.Add(command.Groups["text"].Value.Replace(testDirectory, "TESTDIR", StringComparison.Ordinal));
        }

        if (marks is not [_, .., { Name: "" }])
            throw new InvalidOperationException($"{path}: it does not tell when the job's tasks began or ended; the last lines are\n{string.Join('\n', File.ReadLines(path).TakeLast(40))}");
        return new QaLog(commands, [.. marks.Zip(marks.Skip(1), (from, to) => (from.Name, (to.Time - from.Time).TotalSeconds))]);
    }

    private static DateTime Time(string line) => DateTime.Parse(line.AsSpan(0, 23), CultureInfo.InvariantCulture);

    [GeneratedRegex(@":(?<what>Running task|Unwinding manager) (?<task>\w+(\.\w+)*)")]
    private static partial Regex Mark();

    // Ours: `run:HOST> [LABEL> ]COMMAND`; upstream's: `run.HOST:[LABEL]> COMMAND`. A second line of ours tells how it ended.
    [GeneratedRegex(@"DEBUG:teuthology\.orchestra\.run(\.[\w.-]+:[^>]*|:[\w.-]+)> (?!.*ended with (status|signal))(?<text>.*)")]
    private static partial Regex Command();
}
