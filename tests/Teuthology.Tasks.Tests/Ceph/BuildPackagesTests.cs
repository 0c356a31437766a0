using System.Diagnostics;
using Teuthology.Jobs;
using Teuthology.Lab;

namespace Teuthology.Tasks.Tests;

/// <summary><c>buildpackages</c>: a real Debian package is built on one machine of a lab and installed on another.</summary>
public sealed class BuildPackagesTests(BuilderHost host) : IClassFixture<BuilderHost>
{
    private const string Control = "Source: widget\nMaintainer: nobody <nobody@localhost>\nRules-Requires-Root: no\n\nPackage: widget\nArchitecture: any\nDescription: says hello\n";
    private const string Changelog = "widget (0.1-1) unstable; urgency=medium\n\n  * First.\n\n -- nobody <nobody@localhost>  Mon, 01 Jan 2024 00:00:00 +0000\n";
    private const string Rules = """
        #!/usr/bin/make -f
        clean build build-arch:
        	true
        binary binary-arch:
        	mkdir -p debian/widget/DEBIAN debian/widget/usr/bin
        	gcc -o debian/widget/usr/bin/widget widget.c
        	dpkg-gencontrol -pwidget -Pdebian/widget
        	dpkg-deb --root-owner-group -b debian/widget ..

        """;

    [SkippableFact]
    public async Task Install_AfterBuildPackages_TakesTheBuildThatOneOfTwoJobsMade()
    {
        using var repository = await RepositoryAsync("#include <stdio.h>\nint main(void) { puts(\"hello\"); return 0; }\n");
        var job = $"""
            roles: [[client.0]]
            os_type: debian
            os_version: "12"
            widget_git_url: {repository.Path}
            tasks:
            - install: {"{project: widget, branch: main}"}
            - exec: {"{client.0: ['test \"$(widget)\" = hello']}"}
            - buildpackages: {"{directory: " + Packages + "}"}
            """;

        var results = await Task.WhenAll(host.RunAsync(job), host.RunAsync(job));

        foreach (var result in results)
        {
            result.ShouldPass();
            Assert.Contains("widget 0.1-1 for bookworm is built\n", result.Log());
            Assert.Contains("/widget-deb-bookworm-x86_64-default/ref/main has widget 0.1-1\n", result.Log());
        }

        var building = Assert.Single(results, result => result.Log().Contains(":building widget of branch main (default) for bookworm on "));
        Assert.Contains("dpkg-deb: building package 'widget'", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Path.Combine(building.ArchivePath!, "buildpackages")))));
        Assert.DoesNotContain(await host.Leases.ListAsync(CancellationToken.None), node => node.Locked);
    }

    [SkippableFact]
    public async Task Upgrade_ToATag_TakesThePackagesWithItsVersion()
    {
        using var repository = await RepositoryAsync("#include <stdio.h>\nint main(void) { puts(\"one\"); return 0; }\n");
        await GitAsync(repository, "tag", "v1.0");
        await File.WriteAllTextAsync(Path.Combine(repository.Path, "widget.c"), "#include <stdio.h>\nint main(void) { puts(\"two\"); return 0; }\n");
        await GitAsync(repository, "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-q", "-a", "-m", "two");
        await GitAsync(repository, "tag", "v2.0");

        // No os_type: what system the machines have is asked of the one that would build.
        var result = await host.RunAsync($"""
            roles: [[client.0]]
            tasks:
            - buildpackages: {"{directory: " + Packages + ", git_url: " + repository.Path + "}"}
            - install: {"{project: widget, tag: v1.0}"}
            - exec: {"{client.0: ['test \"$(widget)\" = one']}"}
            - install.upgrade: {"{project: widget, client.0: {tag: v2.0}}"}
            - exec: {"{client.0: ['test \"$(widget)\" = two']}"}
            """);

        result.ShouldPass();
        Assert.Contains("widget deb upgrade from 1.0-1 to 2.0-1 on ", result.Log());
    }

    [SkippableFact]
    public async Task BuildPackages_OfSourcesThatDoNotCompile_FailsTheJobWithTheEndOfTheLog()
    {
        using var repository = await RepositoryAsync("int main(void) { return nothing; }\n");
        var job = host.Job($"""
            roles: [[client.0]]
            tasks:
            - buildpackages: {"{directory: " + Packages + ", git_url: " + repository.Path + "}"}
            - install: {"{project: widget}"}
            """);

        var error = await Record.ExceptionAsync(() => host.RunAsync(job));

        Skip.If(error is SkipException, error?.Message);
        var failure = Assert.IsType<TeuthologyException>(error);
        Assert.Equal(FailureKind.Product, failure.Kind);
        Assert.StartsWith("widget of branch main (default) (", failure.Message);
        Assert.Contains("'nothing' undeclared", failure.Message.Replace('‘', '\'').Replace('’', '\''));
        Assert.Contains("dpkg-buildpackage: error: ", failure.Message);
        var archive = Directory.GetDirectories(Path.Combine(host.Root, "archive", "run")).Single(directory => Path.GetFileName(directory) == job.JobId);
        Assert.Contains("status: fail\n", await File.ReadAllTextAsync(Path.Combine(archive, "summary.yaml")));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(archive, "buildpackages")));
        Assert.DoesNotContain(await host.Leases.ListAsync(CancellationToken.None), node => node.Locked);
    }

    private string Packages => Path.Combine(host.Root, "packages");

    private static Task<GitRepository> RepositoryAsync(string program) =>
        GitRepository.MakeAsync("main", ("debian/control", Control), ("debian/changelog", Changelog), ("debian/rules", Rules), ("widget.c", program));

    private static async Task GitAsync(GitRepository repository, params string[] arguments)
    {
        using var git = Process.Start("git", ["-C", repository.Path, .. arguments]);
        await git.WaitForExitAsync();
        Assert.Equal(0, git.ExitCode);
    }
}
