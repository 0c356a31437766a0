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

    private const int Prepare = 1;
    private const int Explain = 2;

    private readonly Lock _lock = new();
    private readonly ScriptMemory _memory = new();
    private readonly ScriptHost _host;
    private readonly Lua _lua;

    public ScriptRuntime(BigInteger seed)
    {
        _host = new ScriptHost(_memory);
        _lua = new Lua(_memory.Allocator, IntPtr.Zero);
        _lua.OpenLibs();
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
        if (_lua.PCall(2, 2, 0) != LuaStatus.OK)
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
                _lua.SetTop(Explain);
            }
        }
    }

    private bool Run(string script, string name, IReadOnlyDictionary<string, object?> variables)
    {
        _memory.Restart();
        _host.Restart();
        _lua.PushCopy(Prepare);
        _lua.PushBuffer(Encoding.UTF8.GetBytes(script));
        _lua.PushString("=" + name);
        _lua.NewTable();
        foreach (var (key, value) in variables)
        {
            _host.Push(_lua, value);
            _lua.SetField(-2, key);
        }

        _lua.PushInteger(MostSteps);
        if (Limited(() => _lua.PCall(4, 2, 0)) != LuaStatus.OK)
            throw new ScriptException(Text(-1));
        if (_lua.Type(Explain + 1) != LuaType.Thread)
            throw new ScriptException(Text(-1));
        var thread = _lua.ToThread(Explain + 1);
        var results = 0;
        if (Limited(() => thread.Resume(_lua, 0, out results)) is not (LuaStatus.OK or LuaStatus.Yield))
            throw new ScriptException(Explained(thread, name));
        // Python sees several results as one tuple, which is true; of Lua's own kinds only nil and false are not.
        return results > 1 || (results == 1 && (thread.Type(-1) is LuaType.Table or LuaType.Function || PythonObject.IsTrue(_host.Read(thread, -1))));
    }

    private LuaStatus Limited(Func<LuaStatus> run)
    {
        _memory.IsLimited = true;
        try
        {
            return run();
        }
        finally
        {
            _memory.IsLimited = false;
        }
    }

    private string Explained(Lua thread, string name)
    {
        _lua.SetTop(Explain + 1);
        _lua.PushCopy(Explain);
        _lua.PushCopy(Explain + 1);
        _lua.PushString("=" + name);
        thread.XMove(_lua, 1);
        _lua.PCall(3, 1, 0);
        return Text(-1);
    }

    private string Text(int index) =>
        (_lua.ToString(index, false) ?? "the script failed").Replace("not enough memory", $"the script needs more than {ScriptMemory.Most >> 20} MB of memory, or as much again and again", StringComparison.Ordinal);
}
