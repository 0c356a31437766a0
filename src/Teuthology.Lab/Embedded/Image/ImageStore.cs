namespace Teuthology.Lab;

/// <summary>Keeps images, and builds the one that is asked for when it is not there.</summary>
/// <param name="directory">Where images are kept.</param>
/// <param name="recipe">What is asked for.</param>
/// <param name="flavour">Ends the image's name, e.g. <c>+userns</c>: images whose files have other owners are other images; empty for root's.</param>
/// <param name="launcher">Command and arguments that run the build as root of mount and process namespaces of its own.</param>
/// <param name="time">Clock of the progress lines.</param>
internal sealed class ImageStore(string directory, ImageRecipe recipe, string flavour, IReadOnlyList<string> launcher, TimeProvider time)
{
    /// <summary>Runs a build as root.</summary>
    public static readonly IReadOnlyList<string> RootLauncher =
        ["unshare", "--mount", "--pid", "--fork", "--kill-child=KILL", "--propagation", "private", "--mount-proc"];

    private const string Building = "building-";

    private static readonly TimeSpan Unused = TimeSpan.FromDays(14);

    /// <summary>The image that is asked for; it may not exist yet.</summary>
    public LabImage Image { get; } = new(Path.Combine(directory, recipe.Hash() + flavour));

    /// <summary>Gives the image, building it when needed; several processes may ask at once.</summary>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it cannot be built, and the message says why.</exception>
    public async Task<LabImage> EnsureAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        if (Image.Exists)
            return Used();
        using var held = await FileLock.TakeAsync(LockFile, () => progress?.Report("waiting for another process that builds the machines' image"), cancellationToken);
        if (Image.Exists)
            return Used();
        await RemoveHalfBuiltAsync(cancellationToken);
        await BuildAsync(Path.Combine(directory, Building + Path.GetFileName(Image.Directory)), progress, cancellationToken);
        return Image;
    }

    /// <summary>Removes what a killed build left, and images that no machine is made of and nobody asked for within two weeks.</summary>
    /// <returns>The directories that were removed; none while somebody builds.</returns>
    public async Task<IReadOnlyList<string>> CollectGarbageAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(directory))
            return [];
        using var held = FileLock.TryTake(LockFile);
        if (held is null)
            return [];
        var old = Ours("*").Select(d => new LabImage(d)).Where(i => i.Exists && i != Image && IsOld(i) && !MountedLayers.Uses(i.Root)).Select(i => i.Directory).ToList();
        await RemoveAsync(old, cancellationToken);
        return [.. await RemoveHalfBuiltAsync(cancellationToken), .. old];
    }

    /// <summary>Removes the image that is asked for, unless machines use it.</summary>
    /// <exception cref="ConfigurationException">A machine uses it, or somebody builds it.</exception>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        if (!Image.Exists)
            return;
        using var held = FileLock.TryTake(LockFile) ?? throw new ConfigurationException($"the image {Image.Directory} is being built");
        if (MountedLayers.Uses(Image.Root))
            throw new ConfigurationException($"machines use the image {Image.Directory}; `teuthology lab down` takes them away");

        // Under this name nobody takes it for whole, should the removal be killed.
        var doomed = Path.Combine(directory, Building + Path.GetFileName(Image.Directory));
        Directory.Move(Image.Directory, doomed);
        await RemoveAsync([doomed], cancellationToken);
    }

    private string LockFile => Path.Combine(directory, $"build{flavour}.lock");

    private async Task BuildAsync(string work, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var script = await ScriptBuild.PrepareAsync(work, recipe.Suite, "build-image.sh", EmbeddedScripts.BuildImage, cancellationToken);

        var steps = new ImageSteps(time, progress);
        try
        {
            await ScriptBuild.RunAsync(launcher, script, work, recipe.Variables, steps, cancellationToken);
            await File.WriteAllLinesAsync(Path.Combine(work, Path.GetFileName(Image.StepsFile)), steps.Done, cancellationToken);
        }
        catch
        {
            await RemoveAsync([work], CancellationToken.None);
            throw;
        }

        var kept = new[] { Image.Root, Image.IdentityFile, Image.PublicKeyFile, Image.StepsFile }.Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal);
        await RemoveAsync(Directory.GetFileSystemEntries(work).Where(e => !kept.Contains(Path.GetFileName(e))), cancellationToken);
        Directory.Move(work, Image.Directory);
    }

    private async Task<IReadOnlyList<string>> RemoveHalfBuiltAsync(CancellationToken cancellationToken)
    {
        var left = Ours($"{Building}*");
        await RemoveAsync(left, cancellationToken);
        return left;
    }

    private List<string> Ours(string pattern) => [.. Directory.GetDirectories(directory, pattern).Where(d => d[(d.Length - flavour.Length)..] == flavour
        && (flavour.Length > 0 || !Path.GetFileName(d).Contains('+', StringComparison.Ordinal)))];

    private LabImage Used()
    {
        File.SetLastWriteTimeUtc(Image.StepsFile, time.GetUtcNow().UtcDateTime);
        return Image;
    }

    private bool IsOld(LabImage image) => File.GetLastWriteTimeUtc(image.StepsFile) < (time.GetUtcNow() - Unused).UtcDateTime;

    // By rm, and where the build ran: the files may belong to users that only exist there.
    private async Task RemoveAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var list = paths.ToList();
        if (list.Count > 0)
            await ToolRun.RunAsync(launcher[0], [.. launcher.Skip(1), "rm", "-rf", "--one-file-system", "--", .. list], cancellationToken);
    }
}
