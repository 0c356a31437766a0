namespace Teuthology.Lab.Tests;

public sealed class AptSourcesTests : IDisposable
{
    private readonly DirectoryInfo _apt = Directory.CreateTempSubdirectory("teuthology-apt-");

    public void Dispose() => _apt.Delete(recursive: true);

    [Fact]
    public void Read_Stanzas_KeepsTheReleaseItsUpdatesAndSecurityOnly()
    {
        Write("sources.list.d/debian.sources", """
            Types: deb deb-src
            # a mirror
            URIs: http://mirror.example/debian
            Suites: bookworm bookworm-updates bookworm-backports
            Components: main contrib
            Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

            Types: deb
            URIs: http://mirror.example/debian-security
            Suites: bookworm-security
            Components: main

            Types: deb
            Enabled: no
            URIs: http://mirror.example/old
            Suites: bookworm
            Components: main
            """);

        Assert.Equal(
            """
            Types: deb
            Suites: bookworm bookworm-updates
            Components: main
            URIs: http://mirror.example/debian
            Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

            Types: deb
            Suites: bookworm-security
            Components: main
            URIs: http://mirror.example/debian-security

            """,
            Read()["debian.sources"]);
    }

    [Fact]
    public void Read_OneLineSources_KeepsOptionsAndDropsOtherPeoplesRepositories()
    {
        Write("sources.list", """
            deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main non-free # all
            deb-src http://mirror.example/debian bookworm main
            # deb http://mirror.example/debian bookworm main
            deb http://security.example/ bookworm-security main
            """);
        Write("sources.list.d/other.list", "deb https://packages.example/linux/debian bookworm stable\ndeb https://db.example bookworm-pgdg main\n");
        Write("sources.list.d/notes.txt", "deb http://mirror.example/debian bookworm main\n");

        Assert.Equal(
            "deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main\ndeb http://security.example/ bookworm-security main\n",
            Assert.Single(Read()).Value);
    }

    [Fact]
    public void Fetching_Configuration_KeepsProxiesAndLeavesTheRest() => Assert.Equal(
        "Acquire::http::Proxy \"http://proxy.example:3142\";\n",
        AptSources.Fetching("APT::Architecture \"amd64\";\nAcquire::http \"\";\nAcquire::http::Proxy \"http://proxy.example:3142\";\nAcquire::Languages:: \"de\";\nAcquire::IndexTargets::deb::X \"y\";\n"));

    private IReadOnlyDictionary<string, string> Read() => new AptSources(_apt.FullName, "bookworm").Read();

    private void Write(string file, string text)
    {
        var path = Path.Combine(_apt.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
