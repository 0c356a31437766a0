namespace Teuthology.Server;

/// <summary>A call of the server, for people and programs that want to make it.</summary>
/// <param name="Path">Its path, with holes in braces.</param>
/// <param name="Methods">Its methods, blanks between.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Query">Its query parameters, blanks between.</param>
/// <param name="Body">Keys of its JSON body, blanks between.</param>
internal sealed record ApiCall(string Path, string Methods, string Summary, string Query = "", string Body = "");
