using System.Text.Json.Nodes;
using Teuthology.Orchestra;

namespace Teuthology.PythonTasks;

/// <summary>Files of machines. Local paths are the same for Python as for us: it runs here.</summary>
internal static class FileCalls
{
    public static async Task<JsonNode?> ServeAsync(string call, Remote remote, JsonObject with, CancellationToken ct)
    {
        switch (call)
        {
            case "write":
                await remote.WriteFileAsync(with.Text("path"), with.Bytes("data")!, Options(with), ct);
                return null;
            case "read":
                return Convert.ToBase64String(await remote.ReadPartAsync(with.Text("path"), with.Whole("offset"), (long?)with["length"], with.Flag("sudo"), ct));
            case "fetch":
                return await remote.GetFileIntoAsync(with.Text("path"), with.Flag("sudo"), with.Text("to"), ct);
            case "fetch_tar":
                await remote.GetTarAsync(with.Text("path"), with.Text("to"), with.Flag("compress"), with.Flag("sudo"), ct);
                return null;
            case "pull":
                await remote.PullDirectoryAsync(with.Text("path"), with.Text("to"), sudo: true, ct);
                return null;
            case "mktemp" when with.Flag("folder"):
                return await remote.MakeTempDirectoryAsync(with.Text("suffix"), with.MaybeText("directory"), ct);
            case "mktemp":
                return await remote.MakeTempFileAsync(with.Text("suffix"), with.MaybeText("directory"), null, ct);
            default:
                throw new ArgumentException($"no call '{call}'");
        }
    }

    private static RemoteFileOptions Options(JsonObject with) => new()
    {
        Sudo = with.Flag("sudo"),
        Mode = with.MaybeText("mode"),
        Owner = with.MaybeText("owner"),
        Mkdir = with.Flag("mkdir"),
        Append = with.Flag("append"),
        Sync = with.Flag("sync"),
    };
}
