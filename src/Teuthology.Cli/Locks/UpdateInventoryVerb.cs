using System.CommandLine;
using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Cli;

/// <summary><c>teuthology update-inventory</c>: asks machines over SSH what they are, and writes it down; unknown ones are added.</summary>
internal sealed class UpdateInventoryVerb : Verb
{
    private readonly Argument<string[]> _machines = new("REMOTE") { Description = "Machines to ask, user@host or host", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _type = new("--machine-type", "-m") { HelpName = "TYPE", Description = "Type of the machines; new ones need one to be locked by it" };
    private readonly DirectoryOption _directory;

    public UpdateInventoryVerb(Terminal terminal)
        : base(terminal, "update-inventory", "Ask machines what they are and write it down")
    {
        _directory = new DirectoryOption(terminal);
        Add(_machines);
        Add(_type);
        Add(_directory.Server);
        Remarks =
        [
            "Architecture, system, its version and the host key are written down, and that the machine is up. Login user and key are those of the site's configuration (test_user, ssh_key), else ssh's own. A host key that ssh knows must match.",
        ];
        Examples =
        [
            ("teuthology update-inventory -m smithi smithi001", "Add a machine, or bring it up to date"),
            ("teuthology update-inventory --server http://paddles.example.com/ smithi001 smithi002", "At a lock server"),
        ];
    }

    public override async Task<IEnumerable<string>> CompleteAsync(ParseResult line, string current, CancellationToken cancellationToken) =>
        await _directory.NamesAsync(line, cancellationToken);

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        await using var directory = _directory.Open(line);
        await using var access = new MachineAccess(Terminal, _directory.Site, directory is StoreDirectory, line.GetValue<bool>("--verbose"));
        var exitCode = ExitCode.Success;
        foreach (var name in _directory.FullNames(line.GetRequiredValue(_machines)))
        {
            try
            {
                await Terminal.Error.WriteLineAsync($"Asking {name}");
                var facts = await FactsAsync(access, name, cancellationToken) with { MachineType = line.GetValue(_type) };
                await WriteAsync(directory, name, facts, cancellationToken);
            }
            catch (TeuthologyException e) when (e.Kind != FailureKind.Configuration)
            {
                await Terminal.Error.WriteLineAsync($"failed to update {name}: {e.Message}");
                exitCode = ExitCode.Failure;
            }
        }

        return exitCode;
    }

    private static async Task<NodeUpdate> FactsAsync(MachineAccess access, string name, CancellationToken cancellationToken)
    {
        await using var remote = await access.ConnectAsync(name, cancellationToken);
        var told = await remote.InventoryAsync(cancellationToken);
        return NodeUpdateWire.Parse(new JsonObject(told.Select(fact => KeyValuePair.Create(fact.Key, (JsonNode?)(fact.Value is bool truth ? truth : fact.Value.ToString())))));
    }

    private async Task WriteAsync(INodeDirectory directory, string name, NodeUpdate facts, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(name, cancellationToken) is not null)
        {
            await directory.UpdateAsync(name, facts, cancellationToken);
            return;
        }

        await Terminal.Error.WriteLineAsync($"Creating new node {name} at {directory.Place}");
        await directory.CreateAsync(name, facts, cancellationToken);
    }
}
