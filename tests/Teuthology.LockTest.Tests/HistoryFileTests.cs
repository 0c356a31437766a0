namespace Teuthology.LockTest.Tests;

public sealed class HistoryFileTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Theory]
    [InlineData("{\"process\":\"a\"\n", ":1:")]
    [InlineData("\n{\"process\":\"a\",\"type\":\"maybe\",\"op\":\"claim\"}\n", ":2: an event needs process, op, and a type")]
    public void Read_NoHistory_TellsTheLine(string text, string told)
    {
        File.WriteAllText(_file, text);
        Assert.Contains(_file + told, Assert.Throws<HistoryException>(() => HistoryFile.Read(_file)).Message);
    }

    [Fact]
    public void Check_EndWithoutAnInvocation_TellsTheLine()
    {
        File.WriteAllText(_file, """
            {"process":"test","type":"info","op":"begin-test","id":1,"mono":1,"wall":1,"value":{"nodes":["n1"]}}
            {"process":"a","type":"ok","op":"claim","id":1,"mono":2,"wall":1}
            """);
        Assert.Equal("line 2: operation 1 of a ends without an invocation", Assert.Throws<HistoryException>(() => Checker.Check(HistoryFile.Read(_file))).Message);
    }

    [Fact]
    public void Join_PartCutShortByAKill_KeepsItsWholeLinesInOrder()
    {
        var (one, two) = (_file + ".1", _file + ".2");
        using (var writer = new HistoryWriter(one, "a"))
            writer.End(HistoryEvent.Ok, "claim", writer.Invoke("claim", new HistoryValue { Count = 1 }), null);
        File.AppendAllText(one, "{\"process\":\"a\",\"ty");
        using (var writer = new HistoryWriter(two, "b"))
            writer.Note("exit", null);
        HistoryFile.Join([two, one], _file);
        Assert.Equal(["invoke claim", "ok claim", "info exit"], HistoryFile.Read(_file).Select(e => $"{e.Type} {e.Op}"));
        File.Delete(one);
        File.Delete(two);
    }

    public void Dispose() => File.Delete(_file);
}
