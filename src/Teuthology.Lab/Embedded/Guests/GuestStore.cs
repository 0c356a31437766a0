using System.Security.Cryptography;
using System.Text;

namespace Teuthology.Lab;

/// <summary>Keeps what virtual machines boot, and builds it of the lab's image and Debian's kernel when it is not there.</summary>
/// <param name="directory">Where builds are kept.</param>
/// <param name="image">The lab's image.</param>
/// <param name="suite">Debian release, e.g. <c>bookworm</c>.</param>
/// <param name="time">Clock.</param>
internal sealed class GuestStore(string directory, LabImage image, string suite, TimeProvider time)
{
    // The first depends on the kernel. udev makes the devices of images, which rbd waits for.
    private const string Packages = "linux-image-cloud-amd64 udev";
    private static readonly TimeSpan Unused = TimeSpan.FromDays(14);

    /// <summary>The build that belongs to the image; it may not exist yet.</summary>
    public GuestBuild Build { get; } = new(Path.Combine(directory, Digest($"{suite}\n{Path.GetFileName(image.Directory)}\n{Packages}\n{EmbeddedScripts.BuildGuest}")));

    /// <summary>Gives the build, making it when needed; several processes may ask at once. The image must exist.</summary>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it cannot be built, and the message says why.</exception>
    public async Task<GuestBuild> EnsureAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        await GuestHost.EnsureProgramsAsync(progress, cancellationToken);
        Directory.CreateDirectory(directory);
        using var held = await FileLock.TakeAsync(Path.Combine(directory, "build.lock"), () => progress?.Report("waiting for another process that builds the virtual machines' disk"), cancellationToken);
        if (!Build.Exists)
        {
            await RemoveAsync(Directory.GetDirectories(directory).Where(IsDoomed), cancellationToken);
            await BuildAsync(Build.Directory + ".new", progress, cancellationToken);
        }

        File.SetLastWriteTimeUtc(Build.ReleaseFile, time.GetUtcNow().UtcDateTime);
        return Build with { Accel = await new KvmProbe(Path.Combine(directory, "kvm"), time).WorksAsync(progress, cancellationToken) ? "kvm" : "tcg" };
    }

    // Half made, or unused for two weeks; running machines hold their files open, whatever their names.
    private bool IsDoomed(string path) => new GuestBuild(path) is var build && (!build.Exists || File.GetLastWriteTimeUtc(build.ReleaseFile) < (time.GetUtcNow() - Unused).UtcDateTime);

    private async Task BuildAsync(string work, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var steps = new ImageSteps(time, progress) { What = "the virtual machines' disk" };
        try
        {
            var script = await ScriptBuild.PrepareAsync(work, suite, "build-guest.sh", EmbeddedScripts.BuildGuest, cancellationToken);
            var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["LAB_IMAGE"] = image.Root, ["GUEST_PACKAGES"] = Packages };
            await ScriptBuild.RunAsync(ImageStore.RootLauncher, script, work, variables, steps, cancellationToken);
        }
        catch
        {
            await RemoveAsync([work], CancellationToken.None);
            throw;
        }

        Directory.Move(work, Build.Directory);
    }

    private static async Task RemoveAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var list = paths.ToList();
        if (list.Count > 0)
            await ToolRun.RunAsync("rm", ["-rf", "--one-file-system", "--", .. list], cancellationToken);
    }

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
