using System.CommandLine;
using Snapshooter;
using Snapshooter.Xunit;

namespace Teuthology.Cli.Tests;

public sealed class HelpTests
{
    public static TheoryData<string> Verbs => [.. Paths(CommandLine.Root(Quiet()), "")];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Help_OfEveryVerb_IsTheReviewedText(string verb)
    {
        using var cli = new Cli();

        var result = await cli.RunAsync([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Error);
        result.Output.MatchSnapshot(new SnapshotNameExtension(verb.Length == 0 ? "teuthology" : verb.Replace(' ', '_')));
    }

    [Fact]
    public void Verbs_WithWork_HaveExamples() => Assert.All(
        Leaves(CommandLine.Root(Quiet())).Where(verb => !verb.Hidden),
        verb => Assert.NotEmpty(verb.Examples));

    [Fact]
    public void Examples_OfEveryVerb_Parse()
    {
        var root = CommandLine.Root(Quiet());
        var lines = Leaves(root).SelectMany(verb => verb.Examples).Select(example => example.CommandLine)
            .SelectMany(line => line.Split('|')).Select(line => line.Trim()).Where(line => line.StartsWith("teuthology ", StringComparison.Ordinal));
        Assert.All(lines, line =>
        {
            var words = line.Split('>')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
            Assert.Empty(root.Parse(RemoteCommandLine.Protect(ClassicNames.Translate("teuthology", words, root)), new ParserConfiguration { ResponseFileTokenReplacer = null }).Errors);
        });
    }

    private static IEnumerable<string> Paths(Command command, string path) =>
        command.Subcommands.Where(verb => !verb.Hidden).SelectMany(verb => Paths(verb, $"{path} {verb.Name}".Trim())).Prepend(path);

    private static IEnumerable<Verb> Leaves(Command command) => command.Subcommands.SelectMany(Leaves).Concat(command is Verb verb ? [verb] : []);

    private static Terminal Quiet() => new() { Out = TextWriter.Null, Error = TextWriter.Null, In = () => TextReader.Null };
}
