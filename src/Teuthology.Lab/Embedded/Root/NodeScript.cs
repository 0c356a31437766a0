using System.Diagnostics;

namespace Teuthology.Lab;

/// <summary>Runs node.sh for a lab.</summary>
internal sealed class NodeScript(RootLab lab, LabOptions options)
{
    /// <summary>Runs one of its commands to the end.</summary>
    /// <param name="image">Image for <c>up</c>; null for the other commands.</param>
    /// <param name="arguments">The command and what it takes.</param>
    /// <param name="cancellationToken">Ends the script; what it began is there for the next <c>down</c>.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it failed; the message has what it said.</exception>
    public async Task RunAsync(LabImage? image, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("bash")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        start.ArgumentList.Add(lab.Script);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C";
        start.Environment["LAB_STATE"] = lab.Directory;
        start.Environment["LAB_ID"] = lab.Id;
        start.Environment["LAB_SUBNET"] = options.Subnet;
        start.Environment["LAB_CGROUP"] = lab.Cgroup ?? "";
        start.Environment["LAB_HOSTS"] = string.Join('\n', options.NodeNames().Select((name, i) => $"{options.AddressOf(i + 1)} {name} {name}.lab"));
        if (image is not null)
        {
            start.Environment["LAB_IMAGE"] = image.Root;
            start.Environment["LAB_KEY"] = await File.ReadAllTextAsync(image.PublicKeyFile, cancellationToken);
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
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
            throw new TeuthologyException(FailureKind.Infrastructure, $"lab: node.sh {string.Join(' ', arguments)}: status {process.ExitCode}: {ToolRun.Tail(await said + await errors)}");
    }
}
