using System.Diagnostics;

namespace Teuthology.Lab;

/// <summary>Runs node.sh for a lab.</summary>
/// <param name="lab">Names and places of the lab.</param>
/// <param name="options">Names and addresses of its machines.</param>
/// <param name="enter">Gives what to put before a command so that it runs where the lab's root is; null when that is here.</param>
/// <param name="overlay">More options for the mount of the machines' overlay.</param>
internal sealed class NodeScript(RootLab lab, LabOptions options, Func<CancellationToken, Task<IReadOnlyList<string>>>? enter = null, string overlay = "")
{
    /// <summary>Puts the script where it is run from.</summary>
    public async Task InstallAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(lab.Script))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(lab.Script)!);
        // Several processes may do this at once: the name appears with all of the text
        var next = $"{lab.Script}.{Guid.NewGuid():N}";
        await File.WriteAllTextAsync(next, EmbeddedScripts.Node, cancellationToken);
        File.Move(next, lab.Script, overwrite: true);
    }

    /// <summary>Runs one of its commands to the end.</summary>
    /// <param name="image">Image for <c>up</c>; null for the other commands.</param>
    /// <param name="arguments">The command and what it takes.</param>
    /// <param name="cancellationToken">Ends the script; what it began is there for the next <c>down</c>.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it failed; the message has what it said.</exception>
    public Task RunAsync(LabImage? image, string[] arguments, CancellationToken cancellationToken) => RunAsync(image, [], arguments, cancellationToken);

    /// <summary>Runs one of its commands to the end.</summary>
    /// <param name="image">Image for <c>up</c>; null for the other commands.</param>
    /// <param name="layers">What lies over the image for <c>up</c>, the uppermost first.</param>
    /// <param name="arguments">The command and what it takes.</param>
    /// <param name="cancellationToken">Ends the script; what it began is there for the next <c>down</c>.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it failed; the message has what it said.</exception>
    public Task RunAsync(LabImage? image, IReadOnlyList<string> layers, string[] arguments, CancellationToken cancellationToken) => RunAsync(image, layers, null, arguments, cancellationToken);

    /// <summary>Runs one of its commands to the end.</summary>
    /// <param name="image">Image for <c>up</c>; null for the other commands.</param>
    /// <param name="layers">What lies over the image for <c>up</c>, the uppermost first.</param>
    /// <param name="guest">What the machine boots when it is a virtual one; null for a container.</param>
    /// <param name="arguments">The command and what it takes.</param>
    /// <param name="cancellationToken">Ends the script; what it began is there for the next <c>down</c>.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it failed; the message has what it said.</exception>
    public async Task RunAsync(LabImage? image, IReadOnlyList<string> layers, GuestBuild? guest, string[] arguments, CancellationToken cancellationToken)
    {
        var command = (IReadOnlyList<string>)[.. enter is null ? [] : await enter(cancellationToken), "bash"];
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        foreach (var argument in (string[])[.. command.Skip(1), lab.Script, .. arguments])
            start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C";
        start.Environment["LAB_STATE"] = lab.Directory;
        start.Environment["LAB_ID"] = lab.Id;
        start.Environment["LAB_SUBNET"] = options.Subnet;
        start.Environment["LAB_OVERLAY"] = overlay;
        start.Environment["LAB_CGROUP"] = lab.Cgroup ?? "";
        start.Environment["LAB_GUEST"] = guest?.Directory ?? "";
        start.Environment["LAB_ACCEL"] = guest?.Accel ?? "";
        start.Environment["LAB_HOSTS"] = string.Join('\n', options.NodeNames().Select((name, i) => $"{options.AddressOf(i + 1)} {name} {name}.lab"));
        if (image is not null)
        {
            start.Environment["LAB_IMAGE"] = image.Root;
            start.Environment["LAB_LAYERS"] = string.Join(':', layers);
            start.Environment["LAB_KEY"] = await File.ReadAllTextAsync(image.PublicKeyFile, cancellationToken);
        }

        await InstallAsync(cancellationToken);
        using var process = Process.Start(start)!;

        // Its end tells the script that this process was killed.
        await using var alive = process.StandardInput;
        var said = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        if (process.ExitCode != 0)
            throw new TeuthologyException(FailureKind.Infrastructure, $"lab: {string.Join(' ', arguments)}: status {process.ExitCode}: {ToolRun.Tail(await said + await errors)}");
    }
}
