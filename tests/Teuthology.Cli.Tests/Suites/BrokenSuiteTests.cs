using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Teuthology.Cli.Tests;

/// <summary>Suites that cannot be: each is one line with the file, its place and the reason, whatever looks at it.</summary>
public sealed class BrokenSuiteTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("empty/", "", "s has no .yaml file")]
    [InlineData("none/README", "", "no .yaml file")]
    [InlineData("a/%", "two", "a/% holds 'two'")]
    [InlineData("a/%", "0", "a/% holds '0'")]
    [InlineData("a/%", "-3", "a/% holds '-3'")]
    [InlineData("a/%", "\n", "a/% holds")]
    [InlineData("a/%", "2.0", "a/% holds '2.0'")]
    [InlineData("a/%", "bytes ff fe", "a/% holds")]
    [InlineData("a/%", "many 9", "a/% holds '999")]
    [InlineData("a/%", "giant", "larger than 65536 bytes")]
    [InlineData("a/%/x", "", "a/%")]
    [InlineData("a/%", "pipe", "a/% is a named pipe")]
    [InlineData("a/$", "", "/s/a")]
    [InlineData("x.yaml", "link nowhere", "x.yaml is a symbolic link to something that does not exist")]
    [InlineData("x.yaml", "link x.yaml", "x.yaml is a symbolic link that leads back to itself")]
    [InlineData("again", "link ../s", "symbolic link")]
    [InlineData("x.yaml", "pipe", "x.yaml is a named pipe")]
    [InlineData("README", "pipe", "README is a named pipe")]
    [InlineData("x.yaml", "socket", "x.yaml is a socket")]
    [InlineData("x.yaml", "link /dev/null", "x.yaml is a device")]
    [InlineData("x.yaml", "link /dev/zero", "x.yaml is a device")]
    public async Task Look_AtADirectoryThatBreaksARule_NamesTheEntry(string path, string content, string reason)
    {
        var isEmpty = path.StartsWith("empty", StringComparison.Ordinal);
        if (!isEmpty)
            await PutAsync("a/one.yaml", path is "none/README" or "a/$" ? "no" : "a: 1\n");
        await PutAsync(path, content);

        foreach (var line in Lines())
            if (line[0] != "describe" || !isEmpty)
                (await _cli.RunAsync(line)).AssertBadInput(reason);
    }

    [Theory]
    [InlineData("a:\n\tb: 1\n", "x.yaml:2:1: ")]
    [InlineData("tasks: [\n", "x.yaml:2:1: ")]
    [InlineData("a: @b\n", "x.yaml:1:4: ")]
    [InlineData("a: 1\n---\nb: 1\n", "x.yaml:2:1: ")]
    [InlineData("a: *b\n", "x.yaml:1:4: ")]
    [InlineData("? [a]\n: 1\n", "x.yaml:1:3: ")]
    [InlineData("a: !!python/object:os.system x\n", "x.yaml:1:4: ")]
    [InlineData("a: 2001-02-30\n", "x.yaml:1:4: ")]
    [InlineData("nul", "x.yaml:2:4: ")]
    [InlineData("bytes 61 3a 20 ff", "x.yaml:1:4: ")]
    [InlineData("bytes 7f 45 4c 46 02 01 01 00 00 ff", "x.yaml:1:")]
    [InlineData("bytes ff fe 61 00", "x.yaml:1:1: ")]
    [InlineData("many [", "x.yaml:1:501: ")]
    [InlineData("many 9", "not an integer", "x.yaml:1:4: ")]
    [InlineData("giant", "x.yaml: it is larger than 16 MB")]
    public async Task Merge_FragmentThatIsNone_NamesThePlace(string content, params string[] reasons)
    {
        await PutAsync("x.yaml", content);

        Assert.Equal(["s/x"], (await _cli.RunAsync("suite", "expand", "s", "--suite-dir", _cli.Directory)).Lines);
        foreach (var line in MergingLines().Append(["describe", Suite]))
            (await _cli.RunAsync(line)).AssertBadInput(reasons);
    }

    [Theory]
    [InlineData("- a\n", "x.yaml:1:1: a fragment is a mapping")]
    [InlineData("text\n", "x.yaml:1:1: a fragment is a mapping")]
    [InlineData("5\n", "x.yaml:1:1: a fragment is a mapping")]
    [InlineData("teuthology: 5\n", "x.yaml:1:1: 'teuthology' is a mapping")]
    [InlineData("maps that double", "x.yaml:")]
    public async Task Merge_FragmentThatDoesNotMerge_NamesThePlace(string content, string reason)
    {
        await PutAsync("x.yaml", content);

        foreach (var line in MergingLines())
            (await _cli.RunAsync(line)).AssertBadInput(reason);
    }

    [Fact]
    public async Task Merge_ListsThatDouble_AreSharedInYamlAndRefusedInJson()
    {
        await PutAsync("x.yaml", "lists that double");
        string[] line = ["suite", "expand", "s", "--merged", "--suite-dir", _cli.Directory];

        Assert.Equal(0, (await _cli.RunAsync(line)).ExitCode);
        (await _cli.RunAsync([.. line, "--json"])).AssertBadInput("do aliases multiply what they name?");
    }

    [Fact]
    public async Task Expand_DirectoryNamedAsAFragment_IsADirectory()
    {
        await PutAsync("x.yaml/y.yaml", "a: 1\n");

        Assert.Equal(["s/x/y"], (await _cli.RunAsync("suite", "expand", "s", "--suite-dir", _cli.Directory)).Lines);
    }

    [SkippableTheory]
    [InlineData("a/x.yaml", true)]
    [InlineData("a/%", false)]
    public async Task Expand_FileThatMayNotBeRead_SaysSo(string path, bool merged)
    {
        Skip.IfNot(File.Exists("/usr/bin/setpriv"), "needs setpriv of util-linux, to run without root's right to read all files");
        await PutAsync("a/one.yaml", "a: 1\n");
        await PutAsync(path, "");
        File.SetUnixFileMode(Path.Combine(Suite, path), UnixFileMode.None);
        var start = TeuthologyProgram.Start(_cli.State, ["--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search", TeuthologyProgram.Path, "suite", "expand", "s", "--suite-dir", _cli.Directory, .. merged ? ["--merged", "--filter", "x"] : Array.Empty<string>()]);
        start.FileName = "/usr/bin/setpriv";

        (await TeuthologyProgram.RunAsync(start)).AssertBadInput(path, "denied");
    }

    private string Suite => Path.Combine(_cli.Directory, "s");

    private IEnumerable<string[]> Lines() =>
        [["suite", "expand", "s", "--suite-dir", _cli.Directory], ["suite", "coverage", "s", "--suite-dir", _cli.Directory], ["describe", "-c", Suite], .. MergingLines()];

    private IEnumerable<string[]> MergingLines() =>
        [["suite", "expand", "s", "--merged", "--suite-dir", _cli.Directory], ["suite", "expand", "s", "--merged", "--json", "--suite-dir", _cli.Directory]];

    private async Task PutAsync(string path, string content)
    {
        var file = Path.Combine(Suite, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        switch (content.Split(' '))
        {
            case var _ when path.EndsWith('/') || content == "no":
                break;
            case ["pipe"]:
                await Process.Start("mkfifo", [file]).WaitForExitAsync();
                break;
            case ["socket"]:
                using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
                    socket.Bind(new UnixDomainSocketEndPoint(file));
                if (!File.Exists(file))
                    await Process.Start("python3", ["-c", "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])", file]).WaitForExitAsync();
                break;
            case ["link", var target]:
                File.CreateSymbolicLink(file, target);
                break;
            case ["bytes", .. var bytes]:
                await File.WriteAllBytesAsync(file, Convert.FromHexString(string.Concat(bytes)));
                break;
            case ["nul"]:
                await File.WriteAllTextAsync(file, "a: 1\nb: \0\n");
                break;
            case ["many", var piece]:
                await File.WriteAllTextAsync(file, (piece == "9" && !path.EndsWith('%') ? "a: " : "") + string.Concat(Enumerable.Repeat(piece, 5000)));
                break;
            case ["giant"]:
                await using (var giant = File.Create(file))
                    giant.SetLength(1L << 40);
                break;
            case [var kind, "that", "double"]:
                await File.WriteAllTextAsync(file, Doubling(kind == "maps" ? ("{a: ", ", b: ", "}") : ("[", ", ", "]")));
                break;
            default:
                await File.WriteAllTextAsync(file, content);
                break;
        }
    }

    private static string Doubling((string Open, string Between, string Close) form)
    {
        var text = new StringBuilder($"l0: &l0 {form.Open}1{form.Close}\n");
        for (var i = 1; i < 60; i++)
            text.Append($"l{i}: &l{i} {form.Open}*l{i - 1} {form.Between}*l{i - 1} {form.Close}\n");
        return text.ToString();
    }
}
