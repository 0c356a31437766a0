using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using KeraLua;
using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>
/// The functions that the sandbox calls. Each gives Lua <c>true</c> and results, or <c>false</c> and what is wrong:
/// Lua unwinds by longjmp, which must not cross frames of .NET, and .NET exceptions must not cross those of Lua.
/// </summary>
internal sealed class ScriptHost(ScriptMemory memory)
{
    public const string ObjectType = "POBJECT";

    /// <summary>Bytes of .NET's that a script may fill.</summary>
    private const long MostData = 256 << 20;

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private readonly Dictionary<long, object> _objects = [];
    private readonly List<LuaFunction> _kept = [];
    private long _lastObject;
    private long _dataBefore;

    /// <summary>Pushes a table with all functions.</summary>
    public void PushFunctions(Lua lua)
    {
        lua.NewTable();
        Add(lua, "index", a => [PythonObject.Index(a[0], At(a, 1))]);
        Add(lua, "assign", a => Done(() => PythonObject.Assign(a[0], At(a, 1), At(a, 2))));
        Add(lua, "text", a => [PythonText.Str(a[0])]);
        Add(lua, "equal", a => [PythonObject.AreEqual(a[0], At(a, 1))]);
        Add(lua, "list", a => [a.Length == 0 ? new YamlList() : new YamlList(PythonObject.Items(a[0]).Select(PythonObject.Stored))]);
        Add(lua, "tuple", a => [new PythonTuple(a.Length == 0 ? [] : new YamlList(PythonObject.Items(a[0]).Select(PythonObject.Stored)))]);
        Add(lua, "dict", a => [a.Length == 0 ? new YamlMap() : PythonObject.Dictionary(a[0])]);
        Add(lua, "add", a => Done(() => ((YamlList)a[0]!).Add(PythonObject.Stored(At(a, 1)))));
        Add(lua, "len", a => [PythonObject.Length(At(a, 0))]);
        Add(lua, "attribute", Attribute);
        Add(lua, "call", a => [PythonMethods.Call(a[0], (string)a[1]!, a[2..])]);
        Add(lua, "object", NeedsObject);
        Add(lua, "enumerate", a => [new Loop(PythonObject.Items(a[0]).Select((item, i) => new object?[] { (long)i, item }).GetEnumerator())]);
        Add(lua, "iterate", a => [new Loop(PythonObject.Items(a[0]).Select(Unpacked).GetEnumerator())]);
        Add(lua, "next", a => ((Loop)a[0]!).Steps is var steps && steps.MoveNext() ? steps.Current : []);
        Add(lua, "deep_merge", a => [DeepMerge.MergeInto(At(a, 0), At(a, 1) is PythonTuple tuple ? tuple.Items : At(a, 1))]);
        Add(lua, "try_pattern", TryPattern);
        Add(lua, "yaml_load", a => [YamlLoader.Load(At(a, 0) as string ?? throw new ScriptException("TypeError: yaml_load takes a text"), "yaml_load")]);
    }

    /// <summary>A new script begins.</summary>
    public void Restart() => _dataBefore = GC.GetAllocatedBytesForCurrentThread();

    /// <summary>Forgets the objects of the last script.</summary>
    public void Forget() => _objects.Clear();

    /// <summary>The value at a place of Lua's stack.</summary>
    /// <exception cref="ScriptException">It cannot be a value of a job.</exception>
    public object? Read(Lua lua, int index)
    {
        switch (lua.Type(index))
        {
            case LuaType.Nil or LuaType.None:
                return null;
            case LuaType.Boolean:
                return lua.ToBoolean(index);
            case LuaType.Number:
                return lua.IsInteger(index) ? lua.ToInteger(index) : (object)lua.ToNumber(index);
            case LuaType.String:
                return ReadText(lua.ToBuffer(index, false));
            case LuaType.UserData when lua.TestUserData(index, ObjectType) is var data && data != IntPtr.Zero:
                return _objects.TryGetValue(Marshal.ReadInt64(data), out var value)
                    ? value
                    : throw new ScriptException("an object of another script cannot be used");
            default:
                throw new ScriptException($"TypeError: a Lua {lua.TypeName(lua.Type(index))} cannot be part of a job; make a py_dict, py_list or py_tuple");
        }
    }

    /// <summary>Pushes a value onto Lua's stack.</summary>
    /// <exception cref="ScriptException">Lua cannot hold it.</exception>
    public void Push(Lua lua, object? value)
    {
        switch (value)
        {
            case null or YamlNull:
                lua.PushNil();
                break;
            case bool truth:
                lua.PushBoolean(truth);
                break;
            case long number:
                lua.PushInteger(number);
                break;
            case BigInteger:
                throw new ScriptException("OverflowError: Python int too large to convert to C long");
            case double number:
                lua.PushNumber(number);
                break;
            case string text:
                lua.PushBuffer(Encoding.UTF8.GetBytes(text));
                break;
            default:
                _objects[++_lastObject] = value;
                Marshal.WriteInt64(lua.NewUserData(sizeof(long)), _lastObject);
                lua.SetMetaTable(ObjectType);
                break;
        }
    }

    private static object? At(object?[] args, int index) => index < args.Length ? args[index] : null;

    private static object?[] Done(Action action)
    {
        action();
        return [];
    }

    /// <summary>A tuple becomes several values; None must not end the loop.</summary>
    private static object?[] Unpacked(object? item) => item switch
    {
        PythonTuple tuple => [.. tuple.Items],
        null => [PythonName.None],
        _ => [item],
    };

    private static string ReadText(byte[] bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new ScriptException("UnicodeDecodeError: the text is not UTF-8");
        }
    }

    /// <summary>Takes the steps of a search, and fails when there are too many; the texts may be any bytes.</summary>
    private static object?[] TryPattern(object?[] args)
    {
        var (text, pattern) = ((byte[])args[1]!, (byte[])args[2]!);
        if (args[4] is true)
            LuaPattern.CheckPlain(text, pattern);
        else
            LuaPattern.Check(Encoding.UTF8.GetString((byte[])args[0]!), text, pattern, (long)args[3]!);
        return [];
    }

    private static object?[] Attribute(object?[] args)
    {
        var name = args[1] as string ?? "";
        if (PythonMethods.Has(args[0], name))
            return [true];
        return name == "__class__"
            ? [false, new PythonName($"<class '{PythonText.TypeName(args[0])}'>")]
            : throw new ScriptException($"AttributeError: '{PythonText.TypeName(args[0])}' object has no attribute '{name}'");
    }

    private static object?[] NeedsObject(object?[] args) => At(args, 0) is null or bool or long or double or string
        ? throw new ScriptException($"bad argument #1 to '{At(args, 1)}' (not a python object)")
        : [];

    private void Add(Lua lua, string name, Func<object?[], object?[]> function)
    {
        var readsBytes = name == "try_pattern";
        LuaFunction called = state => Call(Lua.FromIntPtr(state)!, function, readsBytes);
        // Lua holds the bare address of the delegate.
        _kept.Add(called);
        lua.PushCFunction(called);
        lua.SetField(-2, name);
    }

    private int Call(Lua lua, Func<object?[], object?[]> function, bool readsBytes)
    {
        memory.IsLimited = false;
        try
        {
            if (GC.GetAllocatedBytesForCurrentThread() - _dataBefore > MostData)
                throw new ScriptException($"the script makes more than {MostData >> 20} MB of data");
            var args = new object?[lua.GetTop()];
            for (var i = 0; i < args.Length; i++)
                args[i] = readsBytes && lua.Type(i + 1) == LuaType.String ? lua.ToBuffer(i + 1, false) : Read(lua, i + 1);
            var results = function(args);
            lua.SetTop(0);
            lua.CheckStack(results.Length + 4);
            lua.PushBoolean(true);
            foreach (var result in results)
                Push(lua, result);
            return results.Length + 1;
        }
        catch (Exception e)
        {
            lua.SetTop(0);
            lua.PushBoolean(false);
            lua.PushBuffer(Encoding.UTF8.GetBytes(e is ScriptException or ConfigurationException ? e.Message : $"{e.GetType().Name}: {e.Message}"));
            return 2;
        }
        finally
        {
            memory.IsLimited = true;
        }
    }

    private sealed record Loop(IEnumerator<object?[]> Steps);
}
