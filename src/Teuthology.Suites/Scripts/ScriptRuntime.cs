using System.Numerics;
using System.Text;
using KeraLua;

namespace Teuthology.Suites;

/// <summary>
/// Runs <c>premerge</c> and <c>postmerge</c> scripts: Lua 5.4 without files, processes, modules and debugging. One Lua state serves all jobs of a merger,
/// one at a time: <c>math.random</c> goes on from job to job, as upstream.
/// </summary>
internal sealed class ScriptRuntime
{
    /// <summary>Instructions after which a script counts as endless; real ones take a few hundred.</summary>
    private const int MostSteps = 20_000_000;

    private readonly Lock _lock = new();
    private readonly ScriptHost _host = new();
    private readonly Lua _lua = new(openLibs: true);

    public ScriptRuntime(BigInteger seed)
    {
        _lua.GetGlobal("math");
        _lua.GetField(-1, "randomseed");
        _lua.PushInteger(unchecked((long)(ulong)(seed & ulong.MaxValue)));
        _lua.Call(1, 0);
        _lua.SetTop(0);
        using var resource = typeof(ScriptRuntime).Assembly.GetManifestResourceStream("Sandbox.lua")!;
        var text = new MemoryStream();
        resource.CopyTo(text);
        if (_lua.LoadBuffer(text.ToArray(), "=sandbox") != LuaStatus.OK)
            throw new InvalidOperationException(_lua.ToString(-1));
        _host.PushFunctions(_lua);
        _lua.NewMetaTable(ScriptHost.ObjectType);
        if (_lua.PCall(2, 1, 0) != LuaStatus.OK)
            throw new InvalidOperationException(_lua.ToString(-1));
    }

    /// <summary>True when the script accepts.</summary>
    /// <param name="script">Its text.</param>
    /// <param name="name">Its name in errors.</param>
    /// <param name="variables">What it sees besides the sandbox's functions.</param>
    /// <exception cref="ScriptException">It fails.</exception>
    public bool Accepts(string script, string name, IReadOnlyDictionary<string, object?> variables)
    {
        lock (_lock)
        {
            try
            {
                return Run(script, name, variables);
            }
            finally
            {
                _host.Forget();
                _lua.SetTop(1);
            }
        }
    }

    private bool Run(string script, string name, IReadOnlyDictionary<string, object?> variables)
    {
        _lua.PushCopy(1);
        _lua.PushBuffer(Encoding.UTF8.GetBytes(script));
        _lua.PushString("=" + name);
        _lua.NewTable();
        foreach (var (key, value) in variables)
        {
            _host.Push(_lua, value);
            _lua.SetField(-2, key);
        }

        _lua.PushInteger(MostSteps);
        if (_lua.PCall(4, 3, 0) != LuaStatus.OK)
            throw new ScriptException(_lua.ToString(-1, false) ?? "the script failed");
        if (!_lua.ToBoolean(2))
            throw new ScriptException(_lua.ToString(3, false) ?? "the script failed");
        var results = _lua.ToInteger(3);
        // Python sees several results as one tuple, which is true; of Lua's own kinds only nil and false are not.
        return results > 1 || (results == 1 && (_lua.Type(4) is LuaType.Table or LuaType.Function || PythonObject.IsTrue(_host.Read(_lua, 4))));
    }
}
