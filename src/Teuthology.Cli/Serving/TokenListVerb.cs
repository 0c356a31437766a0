using System.CommandLine;
using System.Text.Json.Nodes;

namespace Teuthology.Cli;

/// <summary><c>teuthology server token list</c>.</summary>
internal sealed class TokenListVerb : Verb
{
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line" };

    public TokenListVerb(Terminal terminal)
        : base(terminal, "list", "List the tokens by name")
    {
        Add(_json);
        Remarks = ["Tokens are kept, as hashes, beside the results of the site: TEUTHOLOGY_STORE, `store` of ~/.teuthology.yaml, or a file of this host."];
        Examples = [("teuthology server token list", "Names, and when they were made")];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        await using var store = await LabSettings.ResultsAsync(Terminal, cancellationToken);
        foreach (var token in await store.TokensAsync(cancellationToken))
        {
            await Terminal.Out.WriteLineAsync(line.GetValue(_json)
                ? new JsonObject { ["name"] = token.Name, ["created"] = WireTime.Write(token.Created) }.ToJsonString()
                : $"{token.Name}  {WireTime.Write(token.Created)![..19]}");
        }

        return ExitCode.Success;
    }
}
