using System.Diagnostics;

namespace Teuthology.Lab;

/// <summary>One libvirt, spoken to by virsh(1): the same for a local socket and for <c>qemu+ssh://</c>.</summary>
/// <param name="uri">Connection URI, or an alias that libvirt's client configuration knows.</param>
internal sealed class Virsh(string uri)
{
    /// <summary>What is said of a domain that is not there: by its name, or when it goes between the look for its name and what was asked of it.</summary>
    public static readonly string[] NoDomain = ["failed to get domain", "Domain not found", "no domain with matching name"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The connection URI.</summary>
    public string Uri { get; } = uri;

    /// <summary>Whether libvirt runs on this host, so that paths mean the same files to both.</summary>
    public bool IsLocal => System.Uri.TryCreate(Uri, UriKind.Absolute, out var parsed) && parsed.Host.Length == 0;

    /// <summary>Runs a command.</summary>
    /// <param name="arguments">The command and what it takes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Its output.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it failed; the message has the command, the connection and what virsh said.</exception>
    public Task<string> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) => RunAsync(arguments, Patience, cancellationToken);

    /// <summary>Runs a command that may take longer than the others do.</summary>
    public async Task<string> RunAsync(IReadOnlyList<string> arguments, TimeSpan patience, CancellationToken cancellationToken)
    {
        var (status, output, errors) = await TryAsync(arguments, patience, cancellationToken);
        return status == 0 ? output : throw Failure(arguments, errors.Length > 0 ? errors : output);
    }

    /// <summary>Runs a command that may fail because what it names is not there.</summary>
    /// <param name="absent">Parts of libvirt's message in that case.</param>
    /// <param name="arguments">The command and what it takes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Its output; null when libvirt said one of <paramref name="absent"/>.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it failed for another reason.</exception>
    public async Task<string?> RunUnlessAsync(IReadOnlyList<string> absent, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var (status, output, errors) = await TryAsync(arguments, Patience, cancellationToken);
        if (status == 0)
            return output;
        return absent.Any(text => errors.Contains(text, StringComparison.Ordinal)) ? null : throw Failure(arguments, errors);
    }

    /// <summary>Runs a command that reads XML from a file.</summary>
    /// <param name="xml">The file's text.</param>
    /// <param name="arguments">The command; <c>{}</c> stands for the file.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<string> WithXmlAsync(string xml, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, xml, cancellationToken);
            return await RunAsync([.. arguments.Select(a => a == "{}" ? file : a)], cancellationToken);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Lines of a command's output that are not empty.</summary>
    public async Task<IReadOnlyList<string>> LinesAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        (await RunAsync(arguments, cancellationToken)).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private async Task<(int Status, string Output, string Errors)> TryAsync(IReadOnlyList<string> arguments, TimeSpan patience, CancellationToken cancellationToken)
    {
        var program = ToolRun.Find("virsh") ?? throw new TeuthologyException(FailureKind.Infrastructure, "this host has no virsh: apt-get install libvirt-clients");
        var start = new ProcessStartInfo(program, ["-q", "-c", Uri, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw Failure(arguments, $"no answer within {patience.TotalSeconds:F0} s");
        }

        return (process.ExitCode, await output, (await errors).Trim());
    }

    private TeuthologyException Failure(IReadOnlyList<string> arguments, string said) =>
        new(FailureKind.Infrastructure, $"virsh -c {Uri} {string.Join(' ', arguments)}: {ToolRun.Tail(said).ReplaceLineEndings("; ")}");
}
