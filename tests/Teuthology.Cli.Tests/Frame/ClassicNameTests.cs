namespace Teuthology.Cli.Tests;

public sealed class ClassicNameTests
{
    [Theory]
    [InlineData("teuthology-lock", "--summary", "TYPE     COUNT  UP  OWNER")]
    [InlineData("teuthology-ls", "--help", "teuthology ls ARCHIVE")]
    [InlineData("teuthology-results", "--help", "teuthology results [RUN]")]
    [InlineData("teuthology-suite", "--help", "teuthology suite VERB")]
    [InlineData("teuthology-reimage", "--help", "teuthology reimage NODE...")]
    [InlineData("teuthology-queue", "--help", "teuthology queue [options]")]
    [InlineData("teuthology-worker", "--help", "teuthology worker [options]")]
    [InlineData("teuthology-dispatcher", "--help", "teuthology dispatcher [options]")]
    [InlineData("teuthology-supervisor", "--help", "teuthology supervisor [options]")]
    [InlineData("teuthology-kill", "--help", "teuthology kill [options]")]
    [InlineData("teuthology-nuke", "--help", "teuthology nuke [MACHINE...]")]
    public async Task Program_StartedUnderAClassicName_IsThatVerb(string name, string argument, string expected)
    {
        using var cli = new Cli { StartedAs = name };

        var result = await cli.RunAsync(argument);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains(expected, result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("job.yaml", true)]
    [InlineData("-", true)]
    [InlineData("--lock --owner suite -v job.yaml", true)]
    [InlineData("--owner me -- job.yaml", true)]
    [InlineData("-v suite run job.yaml", false)]
    [InlineData("ls job.yaml", false)]
    [InlineData("--help", false)]
    [InlineData("", false)]
    public void Translate_JobFileWhereTheVerbShouldBe_RunsIt(string line, bool runs)
    {
        using var terminal = new Terminal { Out = TextWriter.Null, Error = TextWriter.Null, In = () => TextReader.Null, Directory = "/", Environment = _ => null };
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(runs ? ["run", .. words] : words, ClassicNames.Translate("teuthology", words, CommandLine.Root(terminal)));
    }

    [Fact]
    public async Task Program_StartedUnderANameWithoutVerb_SaysSo()
    {
        using var cli = new Cli { StartedAs = "teuthology-nonsense" };

        (await cli.RunAsync()).AssertBadInput("teuthology-nonsense", "there is no verb nonsense");
    }

    [Fact]
    public async Task Program_StartedThroughALink_ReadsItsNameFromTheKernel()
    {
        using var cli = new Cli();
        var link = Path.Combine(cli.Directory, "teuthology-lock");
        File.CreateSymbolicLink(link, TeuthologyProgram.Path);
        var start = TeuthologyProgram.Start(cli.State, "--summary");
        start.FileName = link;

        var result = await TeuthologyProgram.RunAsync(start);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.StartsWith("TYPE     COUNT  UP  OWNER\n", result.Output, StringComparison.Ordinal);
    }
}
