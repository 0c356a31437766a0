using System.CommandLine;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary><c>teuthology updatekeys</c>: asks machines for their host keys and writes down those that changed.</summary>
internal sealed class UpdateKeysVerb : Verb
{
    private readonly Argument<string[]> _machines = new("MACHINE") { Description = "Machines to ask", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _targets = new("--targets", "-t") { HelpName = "FILE", Description = "YAML file whose `targets` are the machines" };
    private readonly Option<bool> _all = new("--all", "-a") { Description = "Every machine" };
    private readonly DirectoryOption _directory;

    public UpdateKeysVerb(Terminal terminal)
        : base(terminal, "updatekeys", "Update the host keys of machines that changed")
    {
        _directory = new DirectoryOption(terminal);
        Add(_machines);
        Add(_targets);
        Add(_all);
        Add(_directory.Server);
        Remarks =
        [
            "A machine is asked by ssh-keyscan, again and again for two minutes when it does not answer. Of several keys the first by the alphabet is kept. Whoever answers at the machine's address is believed: use it where you trust the network.",
        ];
        Examples =
        [
            ("teuthology updatekeys smithi001 smithi002", "Two machines"),
            ("teuthology updatekeys -t targets.yaml", "The machines of a job file"),
            ("teuthology updatekeys --all --server http://paddles.example.com/", "Every machine of a lock server"),
        ];
    }

    public override async Task<IEnumerable<string>> CompleteAsync(ParseResult line, string current, CancellationToken cancellationToken) =>
        await _directory.NamesAsync(line, cancellationToken);

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var given = line.GetValue(_machines) ?? [];
        var (file, all) = (line.GetValue(_targets), line.GetValue(_all));
        if ((given.Length > 0 ? 1 : 0) + (file is null ? 0 : 1) + (all ? 1 : 0) != 1)
            throw new ConfigurationException("name machines, or a file of them by --targets, or --all; one of the three");
        await using var directory = _directory.Open(line);
        var known = await directory.ListAsync(NodeQuery.All, cancellationToken);
        if (!all)
        {
            var names = _directory.FullNames(file is null ? given : TargetsFile.Read(Terminal.FullPath(file)));
            if (names.Except(known.Select(node => node.Name)).FirstOrDefault() is { } unknown)
                throw new ConfigurationException($"{directory.Place} has no machine {unknown}; `teuthology update-inventory {unknown}` adds it");
            known = [.. known.Where(node => names.Contains(node.Name))];
        }

        await new HostKeys(Terminal, directory, _directory.Site, line.GetValue<bool>("--verbose")).UpdateAsync(known, cancellationToken);
        return ExitCode.Success;
    }
}
