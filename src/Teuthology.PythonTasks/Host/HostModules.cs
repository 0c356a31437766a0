using System.Text;
using System.Text.Json.Nodes;

namespace Teuthology.PythonTasks;

/// <summary>The Python modules of the host, which are part of this assembly.</summary>
internal static class HostModules
{
    private const string Boot = "boot";

    /// <summary>What <c>python3 -c</c> gets.</summary>
    public static string Start { get; } = Read(Boot);

    /// <summary>The modules as the start reads them: their length in bytes, then an object of names and texts.</summary>
    public static byte[] Frame()
    {
        var modules = new JsonObject();
        foreach (var name in typeof(HostModules).Assembly.GetManifestResourceNames().Where(name => name != Boot))
            modules[name] = Read(name);
        var text = Encoding.UTF8.GetBytes(modules.ToJsonString());
        return [.. Encoding.ASCII.GetBytes($"{text.Length}\n"), .. text];
    }

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(HostModules).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
