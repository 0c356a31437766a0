using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary>The options of a controller in the cloud, and those of upstream's that have no meaning with it.</summary>
internal sealed class ControllerOptionSet
{
    private readonly Option<bool> _setup = new("--setup") { Description = "Make the cluster's controller, a server in the cloud that runs the suite itself, or go on with the one there is" };
    private readonly Option<bool> _wait = new("--wait") { Description = "With a controller: wait until the run has ended; the exit code is the run's" };
    private readonly Option<double?> _timeout = new("--timeout") { HelpName = "SECONDS", Description = "How long --wait waits; ends nothing (default results_timeout of ~/.teuthology.yaml, else 43200)" };
    private readonly Option<int> _cpus = new("--controller-cpus") { HelpName = "N", Description = "Processors of the controller, at least" };
    private readonly Option<int> _ram = new("--controller-ram") { HelpName = "MB", Description = "Memory of the controller, at least (default by --simultaneous-jobs: 1024 for one, 8000 for ten)" };
    private readonly Option<int> _disk = new("--controller-disk") { HelpName = "GB", Description = "Disk of the controller, at least (default 10)" };

    // Upstream's, for what is not done here: lines that have them go on working.
    private readonly (Option Option, string Why)[] _without =
    [
        (new Option<double?>("--throttle") { HelpName = "SECONDS", Description = "Accepted, without meaning: nothing is queued, a job begins when machines are there for it" }, "a job begins when there are machines for it"),
        (new Option<int?>("--newest", "-n") { HelpName = "N", Description = "Accepted, without meaning: --sha1 names the commit" }, "the commit is that of --sha1"),
        (new Option<bool>("--non-interactive", "-y") { Description = "Accepted: nothing is ever asked" }, ""),
        (new Option<string?>("--archive-upload-url") { HelpName = "URL", Description = "Public address of uploaded archives, which is told at the end" }, ""),
        (new Option<string?>("--teuthology-git-url") { HelpName = "URL", Description = "Accepted, without meaning: the controller gets this program" }, "the controller gets this program"),
        (new Option<string?>("--ceph-workbench-git-url") { HelpName = "URL", Description = "Accepted, without meaning: no ceph-workbench is needed" }, "no ceph-workbench is needed"),
        (new Option<string?>("--ceph-workbench-branch") { HelpName = "BRANCH", Description = "Accepted, without meaning, as --ceph-workbench-git-url" }, "no ceph-workbench is needed"),
    ];

    public ControllerOptionSet(Command verb)
    {
        foreach (var option in All)
            verb.Add(option);
    }

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [_setup, _wait, _timeout, _cpus, _ram, _disk, .. _without.Select(one => one.Option)];

    /// <summary>Whether a controller is to be made.</summary>
    public bool Setup(ParseResult line) => line.GetValue(_setup);

    /// <summary>Whether the run's end is waited for.</summary>
    public bool Wait(ParseResult line) => line.GetValue(_wait);

    /// <summary>How long at most.</summary>
    public TimeSpan Patience(ParseResult line, SiteConfig site) => line.GetValue(_timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : site.ResultsTimeout;

    /// <summary>Where uploaded archives can be seen; null when the line does not say.</summary>
    public string? UploadUrl(ParseResult line) => line.GetValue((Option<string?>)_without.First(one => one.Option.Name == "--archive-upload-url").Option);

    /// <summary>How large the controller has to be.</summary>
    public ServerNeeds Needs(ParseResult line, int jobs) => ControllerSize.For(jobs, line.GetValue(_cpus), line.GetValue(_ram), line.GetValue(_disk));

    /// <summary>Looks whether they make sense.</summary>
    /// <exception cref="ConfigurationException">They do not.</exception>
    public void Check(ParseResult line)
    {
        foreach (var option in new[] { _cpus, _ram, _disk })
        {
            if (line.GetValue(option) is < 0 or > 10_000_000)
                throw new ConfigurationException($"{option.Name} must be 0 or more");
            if (line.GetResult(option) is { Implicit: false } && !Setup(line))
                throw new ConfigurationException($"{option.Name} goes with --setup");
        }

        if (line.GetValue(_timeout) is not (null or (>= 0 and < 1e9)))
            throw new ConfigurationException("--timeout must be a number of seconds, 0 or more");
    }

    /// <summary>Tells of each option on the line that nothing comes of.</summary>
    public void Remark(ParseResult line, TextWriter output)
    {
        foreach (var (option, why) in _without.Where(one => one.Why.Length > 0 && line.GetResult(one.Option) is { Implicit: false }))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{option.Name} has no meaning here: {why}"));
    }

    /// <summary>The words of the line that the controller's own line gets: its options but for those that are done here.</summary>
    /// <param name="line">The line.</param>
    /// <param name="here">What is done here.</param>
    public IEnumerable<string> Words(ParseResult line, IEnumerable<Option> here)
    {
        var left = here.Concat(All).ToHashSet();
        foreach (var result in line.CommandResult.Children.OfType<OptionResult>().Where(r => !r.Implicit && !left.Contains(r.Option)))
        {
            if (result.Tokens.Count == 0)
                yield return result.Option.Name;
            foreach (var token in result.Tokens)
                yield return $"{result.Option.Name}={token.Value}";
        }
    }
}
