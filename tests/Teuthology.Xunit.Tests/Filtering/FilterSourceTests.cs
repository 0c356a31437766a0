namespace Teuthology.Xunit.Tests.Filtering;

public sealed class FilterSourceTests
{
    private static readonly string[] s_commandLine = ["testhost.dll", "--port", "1", "--parentprocessid", "4711"];

    [Fact]
    public void Find_Variable_WinsOverTheRunner()
    {
        using var proc = Runner("--testCaseFilter:Suite=fs");
        Assert.Equal("Suite=rbd", FilterSource.Find(_ => "Suite=rbd", s_commandLine, proc.Path));
    }

    [Fact]
    public void Find_NoVariable_ReadsTheRunnersCommandLine()
    {
        using var proc = Runner("--testCaseFilter:Suite=fs&Fragment~a b");
        Assert.Equal("Suite=fs&Fragment~a b", FilterSource.Find(_ => null, s_commandLine, proc.Path));
    }

    [Fact]
    public void Find_RunnerWithoutFilter_IsNull()
    {
        using var proc = Runner("--logger:trx");
        Assert.Null(FilterSource.Find(_ => null, s_commandLine, proc.Path));
    }

    [Fact]
    public void Find_NoProc_IsNull() => Assert.Null(FilterSource.Find(_ => null, s_commandLine, "/nonexistent"));

    private static TempDirectory Runner(string argument)
    {
        var proc = new TempDirectory();
        proc.Write("4711/cmdline", $"dotnet\0exec\0vstest.console.dll\0{argument}\0");
        return proc;
    }
}
