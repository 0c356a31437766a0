namespace Teuthology.Interactive.Tests;

public sealed class ScriptSessionTests(WarmSession shared) : IClassFixture<WarmSession>
{
    private readonly ScriptSession _session = shared.Session;

    [Theory]
    [InlineData("1 + 1", 2)]
    [InlineData("later()", 7)]
    [InlineData("await later() + 1", 8)]
    [InlineData("Task.Delay(1)", null)]
    [InlineData("new ValueTask<int>(3)", 3)]
    [InlineData("var x = 1", null)]
    [InlineData("plates.Count(p => p.Length == 3)", 2)]
    [InlineData("Regex.IsMatch(\"aab\", \"a+b\") ? 5 : 6", 5)]
    public async Task Run_AnExpression_GivesItsValue(string text, object? value) => Assert.Equal(value, await _session.RunAsync(text, default));

    [Fact]
    public async Task Run_PieceByPiece_SeesWhatCameBefore()
    {
        await _session.RunAsync("using System.Net", default);
        await _session.RunAsync("int Twice(int a) { return 2 * a; }", default);
        await Assert.ThrowsAsync<DivideByZeroException>(() => _session.RunAsync("var kept = Twice(4);\nvar zero = 0;\nvar gone = 1 / zero;", default));
        Assert.Equal(8, await _session.RunAsync("kept", default));
    }

    [Theory]
    [InlineData("nope", "line 1, column 1: CS0103: The name 'nope' does not exist in the current context")]
    [InlineData("var a = 1;\na.B.C();\nb()", "line 2, column 3: CS1061: 'int' does not contain a definition for 'B' and no accessible extension method 'B' accepting a first argument of type 'int' could be found (are you missing a using directive or an assembly reference?) (and 1 more)")]
    [InlineData("var zero = 0;\nawait Task.Yield();\nvar x = 1 / zero;", "line 3: DivideByZeroException: Attempted to divide by zero.")]
    [InlineData("fail()", "line 1: first line")]
    public async Task ErrorLine_OfWhatWasTyped_IsOneLineWithItsPlace(string text, string line)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => _session.RunAsync(text, default));
        Assert.Equal(line, ErrorLine.Of(error));
    }

    [Theory]
    [InlineData("1 + 1", true)]
    [InlineData("var x = 1", true)]
    [InlineData("using System.IO", true)]
    [InlineData("foreach (var a in plates)", false)]
    [InlineData("if (true) {", false)]
    [InlineData("sh(\"mon.0\",", false)]
    [InlineData("int Twice(int a)", false)]
    [InlineData("if (true) { }", true)]
    [InlineData("1 +", false)]
    [InlineData("class {", false)]
    public void IsComplete_Text_TellsWhetherEnterSendsIt(string text, bool complete) => Assert.Equal(complete, ScriptSession.IsComplete(text));
}
