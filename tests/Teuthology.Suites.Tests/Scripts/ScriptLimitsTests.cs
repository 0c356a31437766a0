using System.Diagnostics;

namespace Teuthology.Suites.Tests;

/// <summary>Scripts that never end, fill the memory or try to get out: each is one error with its file and line, soon.</summary>
public sealed class ScriptLimitsTests
{
    /// <summary>What the process may grow by while a script runs: Lua's share, what .NET may hold for it, and room for the other tests.</summary>
    private const long MostGrowth = 1200L << 20;

    [Theory]
    [InlineData("while true do end", "does not come to an end")]
    [InlineData("local function f() return f() end f()", "does not come to an end")]
    [InlineData("for _ in function() return 1 end do end", "does not come to an end")]
    [InlineData("local s = ('x'):rep(1e9)", "memory")]
    [InlineData("local s = ('x'):rep(1e9, ',')", "memory")]
    [InlineData("local s = 'x' while true do s = s .. s end", "memory")]
    [InlineData("local t = {} for i = 1, 1e9 do t[i] = i end", "memory")]
    [InlineData("local t = {} for i = 1, 1e9 do t[i] = {} end", "memory")]
    [InlineData("local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end", "memory")]
    [InlineData("for i = 1, 1e9 do local s = ('x'):rep(6e7) end", "memory")]
    [InlineData("local s = string.format('%s%s', ('x'):rep(4e7), ('y'):rep(4e7))", "memory")]
    [InlineData("local s = ('x'):rep(3e7):gsub('x', 'yyyy')", "memory")]
    [InlineData("local s = ('x'):rep(6e7):upper() .. ('x'):rep(6e7):reverse()", "memory")]
    [InlineData("local s = string.format('%99999d', 1)", "invalid conversion")]
    [InlineData("local function f() return 1 + f() end f()", "")]
    [InlineData("local s = ('a'):rep(100, ' ') local t = s:gsub('a', function() return s:gsub('a', error) end)", "")]
    [InlineData("local s = ('a'):rep(30):find(('a?'):rep(30) .. ('a'):rep(30))", "too many steps")]
    [InlineData("local s = ('a'):rep(5000):find('a-a-a-b')", "too many steps")]
    [InlineData("local s = ('a'):rep(5000):match('.*.*.*b')", "too many steps")]
    [InlineData("for x in ('a'):rep(5000):gmatch('a*a*a*b') do end", "too many steps")]
    [InlineData("local s = ('a'):rep(5000):gsub('(a*)%1(a*)b', '')", "too many steps")]
    [InlineData("local s = ('('):rep(100000):find('%b()')", "too many steps")]
    [InlineData("local s = string.find(('a'):rep(3e7), ('a'):rep(1e7) .. 'b', 1, true)", "takes too long")]
    [InlineData("local s = string.find(('a'):rep(3e7), ('a'):rep(1e7) .. 'b')", "takes too long")]
    [InlineData("local s = ('x'):rep(300):find(('(x)'):rep(40))", "too many captures")]
    [InlineData("local s = ('x'):rep(300):find(('x?'):rep(250) .. 'y')", "too")]
    [InlineData("local l = py_list({1, 2}) while true do deep_merge(l, l) end", "steps")]
    [InlineData("local l = py_list() for i = 1, 1e7 do py_attrgetter(l).append(('x'):rep(1e6)) end", "MB of data")]
    [InlineData("local l = py_list() for i = 1, 1e7 do l = py_list({l}) end", "")]
    [InlineData("local l = py_list() for i = 1, 60 do local m = py_list() py_attrgetter(m).append(l) py_attrgetter(m).append(l) l = m end local s = tostring(l)", "too long")]
    [InlineData("local function make() local l = py_list({1}) for i = 1, 60 do local m = py_list() py_attrgetter(m).append(l) py_attrgetter(m).append(l) l = m end return l end local s = make() == make()", "too large")]
    [InlineData("local d = py_dict() for i = 1, 60 do local e = py_dict() e.a = d e.b = d d = e end local x = deep_merge(py_dict(), d)", "steps")]
    [InlineData("local d = py_dict() d.d = d local x = deep_merge(py_dict(), d)", "contains itself")]
    [InlineData("local l = py_list() for i = 1, 30000 do local m = py_list() py_attrgetter(m).append(l) l = m end local s = tostring(l)", "")]
    [InlineData("local x = yaml_load(('['):rep(1e6))", "nested more than")]
    [InlineData("local x = yaml_load('a: &a [b]\\nb: c: d')", "yaml_load:2:5")]
    [InlineData("error({})", "table")]
    [InlineData("error(nil)", "nil")]
    [InlineData("error()", "nil")]
    [InlineData("error('words', 0)", "words")]
    [InlineData("error(py_dict())", "{}")]
    [InlineData("local x = 1 < 'x'", "attempt to compare")]
    [InlineData("local x = nil .. 'x'", "attempt to concatenate")]
    [InlineData("string.find()", "bad argument #1")]
    [InlineData("('x'):rep(-1):bad()", "attempt to call")]
    [InlineData("local x = (((((", "failure to load script")]
    [InlineData("py_dict.x = 1", "cannot be changed")]
    [InlineData("for k in py_iterex(yaml) do yaml[k .. 'x'] = 1 end", "changed size during iteration")]
    public async Task Merge_ScriptWithoutBounds_IsOneErrorWithItsLine(string script, string message)
    {
        using var files = new SuiteFiles($"s/a.yaml=teuthology:\n  postmerge:\n  - |\n    local before = 1\n    {script}\n");
        var merger = new JobMerger(files.Suites);
        var before = PeakSince();
        // Some of these would never end: the test then fails, it does not hang.
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => Task.Run(() => merger.Merge(files.Build().Job(0))).WaitAsync(TimeSpan.FromSeconds(100)));

        Assert.True(error.Message.Contains(message, StringComparison.Ordinal), error.Message);
        Assert.EndsWith("s/a.yaml", error.Mark!.File, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 10, 2000);
        Assert.DoesNotContain("Exception", error.Message, StringComparison.Ordinal);
        Assert.True(PeakSince() - before < MostGrowth, $"the process grew by {(PeakSince() - before) >> 20} MB");
    }

    [Fact]
    public void Merge_AfterAScriptThatFilledTheMemory_TheNextOneHasItAll()
    {
        using var files = new SuiteFiles(
            "s/a.yaml=teuthology:\n  postmerge:\n  - local s = ('x'):rep(1e9)\n",
            "s/b.yaml=teuthology:\n  postmerge:\n  - |\n    yaml.n = #('x'):rep(3e7)\n");
        var merger = new JobMerger(files.Suites);
        for (var i = 0; i < 3; i++)
        {
            Assert.Throws<ConfigurationException>(() => merger.Merge(files.Build().Job(0)));
            Assert.Equal(30_000_000L, merger.Merge(files.Build().Job(1))!.Config["n"]);
        }
    }

    [Theory]
    [InlineData("('a.b.c'):find('b', 1, true)", "3")]
    [InlineData("('héllo'):match('h(.-)o')", "éll")]
    [InlineData("(('a'):rep(3000) .. 'b'):match('a*(b)')", "b")]
    [InlineData("#(('x '):rep(3000):gsub('%s+', ''))", "3000")]
    [InlineData("('key = value'):gsub('(%w+) = (%w+)', '%2 = %1')", "value = key")]
    [InlineData("tostring(py_dict)", "<class 'dict'>")]
    [InlineData("tostring(py_attrgetter(py_dict()).items())", "dict_items([])")]
    [InlineData("tostring(yaml_load('{a: 2001-12-14, b: !!set {x}, c: !!binary YQ==}'))", "{'a': datetime.date(2001, 12, 14), 'b': {'x'}, 'c': b'a'}")]
    [InlineData("tostring(yaml_load('a: &a [*a]'))", "{'a': [[...]]}")]
    public void Merge_ScriptThatKeepsToBounds_GetsLuasAnswer(string expression, string text)
    {
        using var files = new SuiteFiles($"s/a.yaml=teuthology:\n  postmerge:\n  - |\n    yaml.v = tostring(({expression}))\n");

        Assert.Equal(text, new JobMerger(files.Suites).Merge(files.Build().Job(0))!.Config["v"]);
    }

    [Theory]
    [InlineData("dofile")]
    [InlineData("loadfile")]
    [InlineData("loadstring")]
    [InlineData("package")]
    [InlineData("python")]
    [InlineData("rawset")]
    [InlineData("rawget")]
    [InlineData("xpcall")]
    [InlineData("collectgarbage")]
    [InlineData("select")]
    [InlineData("type")]
    [InlineData("table")]
    [InlineData("utf8")]
    [InlineData("print")]
    [InlineData("new_script")]
    public void Merge_Script_CannotReach(string name)
    {
        using var files = new SuiteFiles($"s/a.yaml=teuthology:\n  postmerge:\n  - yaml.v = ({name} == nil) and (_ENV['{name}'] == nil)\n");

        Assert.Equal(true, new JobMerger(files.Suites).Merge(files.Build().Job(0))!.Config["v"]);
    }

    [Theory]
    [InlineData("end end yaml.v = tostring(io) .. tostring(os) do do")]
    [InlineData("yaml.v = tostring(py_attrgetter(yaml).__class__) == \"<class 'dict'>\" and 'nilnil'")]
    [InlineData("local e = _ENV _ENV = {yaml = yaml, tostring = tostring} yaml.v = tostring(io) .. tostring(os)")]
    public void Merge_ScriptThatBreaksOut_IsStillInTheSandbox(string script)
    {
        using var files = new SuiteFiles($"s/a.yaml=teuthology:\n  postmerge:\n  - |\n    {script}\n");

        Assert.Equal("nilnil", new JobMerger(files.Suites).Merge(files.Build().Job(0))!.Config["v"]);
    }

    [Fact]
    public void Merge_Bytecode_IsNotLoaded()
    {
        using var files = new SuiteFiles("s/a.yaml=teuthology:\n  postmerge:\n  - \"\\eLuaT\\0\"\n");

        Assert.Contains("failure to load script", Assert.Throws<ConfigurationException>(() => new JobMerger(files.Suites).Merge(files.Build().Job(0))).Message, StringComparison.Ordinal);
    }

    private static long PeakSince()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }
}
