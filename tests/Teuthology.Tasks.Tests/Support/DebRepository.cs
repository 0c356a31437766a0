using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Teuthology.Tasks.Tests;

/// <summary>Apt repositories of small packages, as files by their path on a builder.</summary>
public sealed class DebRepository
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <summary>A file, or null.</summary>
    public byte[]? Get(string path) => _files.GetValueOrDefault(path.Replace("/./", "/", StringComparison.Ordinal)); // apt asks for flat repositories so

    /// <summary>Adds a file.</summary>
    public void Add(string path, string text) => _files[path] = Encoding.UTF8.GetBytes(text);

    /// <summary>Adds a repository with packages of one version, each of which has a file <c>/usr/share/NAME</c> that tells the version.</summary>
    public Task AddAsync(string path, string version, params string[] packages) => AddAsync(path, "bookworm/main", version, packages);

    /// <summary>The same for a suite and component.</summary>
    public async Task AddAsync(string path, string suite, string version, string[] packages)
    {
        var index = new StringBuilder();
        foreach (var package in packages)
        {
            var root = Directory.CreateTempSubdirectory("teuthology-deb-").FullName;
            Directory.CreateDirectory($"{root}/DEBIAN");
            Directory.CreateDirectory($"{root}/usr/share");
            var control = $"Package: {package}\nVersion: {version}\nArchitecture: all\nMaintainer: nobody <nobody@localhost>\nDescription: {package}\n";
            await File.WriteAllTextAsync($"{root}/DEBIAN/control", control);
            await File.WriteAllTextAsync($"{root}/usr/share/{package}", version + "\n");
            var deb = root + ".deb";
            using (var build = Process.Start(new ProcessStartInfo("dpkg-deb", ["--root-owner-group", "-Znone", "-b", root, deb]) { RedirectStandardOutput = true })!)
            {
                await build.WaitForExitAsync();
                Assert.Equal(0, build.ExitCode);
            }

            var content = await File.ReadAllBytesAsync(deb);
            Directory.Delete(root, recursive: true);
            File.Delete(deb);
            _files[$"{path}/pool/{package}.deb"] = content;
            index.Append(control).Append("Filename: pool/").Append(package).Append(".deb\nSize: ").Append(content.Length)
                .Append("\nSHA256: ").Append(Convert.ToHexStringLower(SHA256.HashData(content))).Append("\n\n");
        }

        Add($"{path}/Packages", index.ToString());
        foreach (var arch in new[] { "amd64", "arm64" })
            Add($"{path}/dists/{suite}/binary-{arch}/Packages", index.ToString());
    }
}
