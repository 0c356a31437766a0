using System.CommandLine;

namespace Teuthology.Cli;

/// <summary><c>teuthology server token add</c>.</summary>
internal sealed class TokenAddVerb : Verb
{
    private readonly Argument<string> _name = new("NAME") { Description = "Who or what it is for" };

    public TokenAddVerb(Terminal terminal)
        : base(terminal, "add", "Make a token, which is shown once")
    {
        Add(_name);
        Remarks = ["Tokens are kept, as hashes, beside the results of the site: TEUTHOLOGY_STORE, `store` of ~/.teuthology.yaml, or a file of this host."];
        Examples = [("teuthology server token add ci", "Print the token of ci: keep it as TEUTHOLOGY_TOKEN or server_token")];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var name = line.GetRequiredValue(_name);
        await using var store = await LabSettings.ResultsAsync(Terminal, cancellationToken);
        var secret = await store.CreateTokenAsync(name, cancellationToken)
            ?? throw new ConfigurationException($"there is a token {name} already: choose another name, or `teuthology server token revoke {name}` first");
        await Terminal.Out.WriteLineAsync(secret);
        return ExitCode.Success;
    }
}
