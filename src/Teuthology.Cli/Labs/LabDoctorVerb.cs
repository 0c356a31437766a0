using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Spectre.Console;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary><c>teuthology lab doctor</c>: says what is wrong with lab, host and machines, and mends what can be mended without harm.</summary>
internal sealed class LabDoctorVerb : Verb
{
    private readonly Option<bool> _mend = new("--mend") { Description = "Mend what harms nobody: remove leftovers, install missing packages (as root), put rested machines back" };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object" };
    private readonly Option<bool> _all = new("--all", "-a") { Description = "Show also what is well" };
    private readonly Option<string?> _kind = LabSettings.Kind();

    public LabDoctorVerb(Terminal terminal)
        : base(terminal, "doctor", "Say what is wrong with lab, host and machines, and how to mend it")
    {
        foreach (var option in new Option[] { _mend, _all, _json, _kind })
            Add(option);
        Remarks =
        [
            "Looks at the configuration, the kernel's features and the host's programs, disk and memory, the store of leases, the image, what killed processes left, the machines that are held, and what each kind of machine can give. Nothing is changed without --mend.",
            "Exit code 1 when there is trouble that was not mended; warnings alone are 0.",
        ];
        Examples = [("teuthology lab doctor", "What is wrong"), ("teuthology lab doctor --mend", "Mend it"), ("teuthology lab doctor --json", "For programs")];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var options = Try(findings, "the lab's environment variables are well", () => LabSettings.Read(Terminal, line.GetValue(_kind))) ?? new LabOptions();
        var site = Try(findings, null, () => SiteConfig.Load(Terminal.Environment));
        if (site is not null)
            findings.Add(new Finding("configuration", FindingLevel.Well, site.File is { } file ? $"{file} is well" : "there is no ~/.teuthology.yaml; all has its default"));

        await using var services = Services(options, site, findings, line.GetValue<bool>("--verbose"));
        var doctor = new LabDoctor(options, services.GetServices<IProvisioner>(), services.GetRequiredService<LeaseStore>(), services.GetService<SiteLab>(), Terminal.Time);
        findings.AddRange(await doctor.ExamineAsync(line.GetValue(_mend), Terminal.ErrorIsTerminal ? new LineProgress(Terminal.Error) : null, cancellationToken));
        var troubles = findings.Count(f => f.Level == FindingLevel.Trouble && !f.Mended);
        if (line.GetValue(_json))
            await Terminal.Out.WriteLineAsync(Json(findings, troubles).ToJsonString());
        else
            Write(findings, troubles, line.GetValue(_all));
        return troubles == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private static T? Try<T>(List<Finding> findings, string? well, Func<T> read)
        where T : class
    {
        try
        {
            var value = read();
            if (well is not null)
                findings.Add(new Finding("configuration", FindingLevel.Well, well));
            return value;
        }
        catch (TeuthologyException e)
        {
            findings.Add(new Finding("configuration", FindingLevel.Trouble, e.Message, "mend it there; until then its default was taken for what follows"));
            return null;
        }
    }

    private ServiceProvider Services(LabOptions options, SiteConfig? site, List<Finding> findings, bool verbose)
    {
        var services = new ServiceCollection()
            .AddSingleton(Terminal.Time)
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new ErrorLog(Terminal, verbose)))
            .AddEmbeddedLab(options);
        if (site is not null)
            Try(findings, null, () => services.AddSiteLab(site));
        return services.BuildServiceProvider();
    }

    private static JsonObject Json(List<Finding> findings, int troubles) => new()
    {
        ["well"] = troubles == 0,
        ["findings"] = new JsonArray([.. findings.Select(f => new JsonObject
        {
            ["area"] = f.Area,
            ["level"] = Word(f),
            ["what"] = f.What,
            ["remedy"] = f.Remedy,
            ["mendable"] = f.IsMendable,
            ["mended"] = f.Mended,
            ["mend_failure"] = f.MendFailure,
        })]),
    };

    private static string Word(Finding finding) => finding.Level switch
    {
        FindingLevel.Well => "well",
        FindingLevel.Warning => "warning",
        _ => "trouble",
    };

    private void Write(List<Finding> findings, int troubles, bool all)
    {
        var console = Terminal.Rendered;
        foreach (var finding in findings.Where(f => all || f.Level != FindingLevel.Well))
        {
            var word = finding.Mended ? "mended" : Word(finding);
            console.Write(new Text($"{word,-8}", new Style(word switch { "trouble" => Color.Red, "warning" => Color.Yellow, _ => Color.Green })));
            console.WriteLine($"{finding.Area}: {finding.What}");
            if (finding.MendFailure is { } failure)
                console.WriteLine($"        could not be mended: {failure}");
            if (!finding.Mended && finding.Remedy is { } remedy)
                console.WriteLine($"        {remedy}{(finding.IsMendable && !remedy.Contains("--mend", StringComparison.Ordinal) ? " (or --mend)" : "")}");
        }

        var warnings = findings.Count(f => f.Level == FindingLevel.Warning && !f.Mended);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{findings.Count} things looked at: {troubles} in trouble, {warnings} to be warned of, {findings.Count(f => f.Mended)} mended"));
    }
}
