namespace Teuthology.Orchestra.Tests;

/// <summary>An sshd whose commands find programs of the test's own first.</summary>
public sealed class StandIns : IAsyncLifetime
{
    private readonly SshdProcess sshd = new();
    private string? missing;

    /// <summary>Where the programs are, and <c>$D</c> in them.</summary>
    public string Tools { get; } = Directory.CreateTempSubdirectory("teuthology-tools-").FullName;

    public LineKeeper Log { get; } = new();

    public async Task InitializeAsync()
    {
        missing = await OpenSshServer.MissingAsync() ?? (Environment.IsPrivilegedProcess ? null : "As another user than root it asks for sudo.");
        if (missing is null)
            await sshd.BeginAsync($"SetEnv SHLVL=2 PATH={Tools}:/usr/sbin:/usr/bin:/sbin:/bin");
    }

    public Remote Remote()
    {
        Skip.If(missing is not null, missing);
        return new Remote(sshd.Endpoint, Log);
    }

    /// <summary>Writes a program in sh; <c>asked</c> has what it and the others were called with.</summary>
    public string Write(string name, string script)
    {
        var path = Path.Combine(Tools, name);
        File.WriteAllText(path, $"#!/bin/sh\nD={Tools}\necho \"{name} $*\" >>\"$D/asked\"\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        return path;
    }

    public IReadOnlyList<string> Asked() => File.Exists(Path.Combine(Tools, "asked")) ? File.ReadAllLines(Path.Combine(Tools, "asked")) : [];

    public async Task DisposeAsync()
    {
        await sshd.DisposeAsync();
        Directory.Delete(Tools, recursive: true);
    }
}
