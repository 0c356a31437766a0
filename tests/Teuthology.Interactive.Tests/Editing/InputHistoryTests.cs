namespace Teuthology.Interactive.Tests;

public sealed class InputHistoryTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("teuthology-history-").FullName;

    private string File => Path.Combine(_home, "deep", "history");

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void Earlier_ThenLater_ComesBackToTheDraft()
    {
        var history = InputHistory.Open(File);
        history.Add("one");
        history.Add("two");

        Assert.Equal<string?[]>(["two", "one", null], [history.Earlier("dra"), history.Earlier("two"), history.Earlier("one")]);
        Assert.Equal<string?[]>(["two", "dra", null], [history.Later(), history.Later(), history.Later()]);
    }

    [Fact]
    public void Open_AfterAnEarlierSession_HasItsInputsWithLineBreaks()
    {
        var first = InputHistory.Open(File);
        first.Add("if (a)\n    b(\"\\n\");");
        first.Add("");
        first.Add("same");
        first.Add("same");

        var second = InputHistory.Open(File);

        Assert.Equal<string?[]>(["same", "if (a)\n    b(\"\\n\");", null], [second.Earlier(""), second.Earlier(""), second.Earlier("")]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public void Open_WhereNoFileCanBe_RemembersWhileItLives()
    {
        System.IO.File.WriteAllText(Path.Combine(_home, "deep"), "in the way");
        var history = InputHistory.Open(File);
        history.Add("one");
        Assert.Equal("one", history.Earlier(""));
    }
}
