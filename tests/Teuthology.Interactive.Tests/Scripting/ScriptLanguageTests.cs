namespace Teuthology.Interactive.Tests;

public sealed class ScriptLanguageTests(WarmSession shared) : IClassFixture<WarmSession>
{
    private readonly ScriptSession _session = shared.Session;
    private readonly ScriptLanguage _language = new(shared.Session, Task.CompletedTask, _ => ["mon.0", "mon.1", "osd.0"]);

    [Theory]
    [InlineData("pla", "plates")]
    [InlineData("PLATE", "plates")]
    [InlineData("plates.Coun", "Count Count( CountBy(")]
    [InlineData("plates.fir", "First( FirstOrDefault(")]
    [InlineData("plates[0].Tri", "Trim( TrimEnd( TrimStart(")]
    [InlineData("home.Authori", "Authority")]
    [InlineData("(await later()).CompareT", "CompareTo(")]
    [InlineData("var a = plates.Where(p => p.IndexO", "IndexOf( IndexOfAny(")]
    [InlineData("Console.WriteL", "WriteLine(")]
    [InlineData("System.Net.Http.HttpMet", "HttpMethod")]
    [InlineData("cle", "clear()")]
    [InlineData("awa", "await")]
    [InlineData("plates?.Coun", "Count Count( CountBy(")]
    [InlineData("clear(\"mo", "mon.0\" mon.1\"")]
    [InlineData("clear(\"mon.0\", \"x\").", "")]
    [InlineData("12", "")]
    public async Task Complete_HalfTyped_GivesWhatFits(string text, string words)
    {
        var found = await _language.CompleteAsync(text, text.Length, default);
        Assert.Equal(words.Split(' ', StringSplitOptions.RemoveEmptyEntries).AsEnumerable(), found.Words);
    }

    [Fact]
    public async Task Complete_NothingTyped_GivesTheSessionsOwn()
    {
        await _session.RunAsync("var mine = 1", default);
        Assert.Equal(["clear()", "fail()", "home", "later()", "mine", "plates"], (await _language.CompleteAsync("", 0, default)).Words);
    }

    [Theory]
    [InlineData("1 +", false)]
    [InlineData("1 +\n\n", true)]
    public void IsComplete_TwoEmptyLines_SendWhatIsNotUnderstood(string text, bool complete) => Assert.Equal(complete, _language.IsComplete(text));
}
