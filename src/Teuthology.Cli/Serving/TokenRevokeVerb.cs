using System.CommandLine;

namespace Teuthology.Cli;

/// <summary><c>teuthology server token revoke</c>.</summary>
internal sealed class TokenRevokeVerb : Verb
{
    private readonly Argument<string> _name = new("NAME") { Description = "Who or what it is for" };

    public TokenRevokeVerb(Terminal terminal)
        : base(terminal, "revoke", "Make a token worthless")
    {
        Add(_name);
        Remarks = ["Tokens are kept, as hashes, beside the results of the site: TEUTHOLOGY_STORE, `store` of ~/.teuthology.yaml, or a file of this host."];
        Examples = [("teuthology server token revoke ci", "Servers let ci write no more, within ten seconds")];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var name = line.GetRequiredValue(_name);
        await using var store = await LabSettings.ResultsAsync(Terminal, cancellationToken);
        if (!await store.RevokeTokenAsync(name, cancellationToken))
            throw new ConfigurationException($"there is no token {name}; `teuthology server token list` shows them");
        return ExitCode.Success;
    }
}
