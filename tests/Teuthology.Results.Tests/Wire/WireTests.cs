using System.Text.Json.Nodes;
using Teuthology.Yaml;

namespace Teuthology.Results.Tests;

public sealed class WireTests : StoreFixture
{
    [Fact]
    public async Task JobWire_Job_HasTheServersKeysInTheirOrder()
    {
        await Store.SaveJobAsync("r", "7", new JsonObject { ["status"] = "fail", ["success"] = false, ["duration"] = 12.7, ["pid"] = 12, ["mine"] = 1 }, default);

        var wire = JobWire.Write((await Store.JobAsync("r", "7", default))!, "http://log");

        Assert.Equal("log_href", wire.First().Key);
        Assert.Equal(["posted", "started", "updated", "mine"], wire.Select(entry => entry.Key).Skip(42));
        Assert.Equal(13, wire["duration"]!.GetValue<long>());
        Assert.Equal("12", wire["pid"]!.GetValue<string>());
        Assert.Equal("7", wire["job_id"]!.GetValue<string>());
        Assert.False(wire["success"]!.GetValue<bool>());
        Assert.Equal("2026-11-22 10:00:00", wire["posted"]!.GetValue<string>());
    }

    [Fact]
    public async Task RunWire_Skipped_CountsAsUnknown()
    {
        await Store.SaveJobAsync("r", "1", new JsonObject { ["status"] = "skip" }, default);
        await Store.SaveJobAsync("r", "2", new JsonObject { ["status"] = "pass" }, default);

        var wire = RunWire.Write((await Store.RunAsync("r", default))!, "http://run");

        Assert.Equal("finished pass", wire["status"]!.GetValue<string>());
        Assert.Equal("""{"queued":0,"pass":1,"running":0,"waiting":0,"fail":0,"dead":0,"unknown":1,"total":2,"sha1":null,"flavor":null}""", wire["results"]!.ToJsonString());
        Assert.Equal("""["http://run"]""", wire["href"]!.ToJsonString());
    }

    [Fact]
    public void WireTime_Microseconds_OnlyWhenThereAreAny()
    {
        Assert.Equal("2026-11-01 02:03:04", WireTime.Write(new DateTime(2026, 11, 1, 2, 3, 4, DateTimeKind.Utc)));
        Assert.Equal("2026-11-01 02:03:04.000120", WireTime.Write(new DateTime(2026, 11, 1, 2, 3, 4, DateTimeKind.Utc).AddMicroseconds(120)));
        Assert.Null(WireTime.Write(null));
    }

    [Fact]
    public void YamlJson_EveryKindOfValue_HasAText()
    {
        var map = new YamlMap
        {
            ["s"] = "x", ["n"] = null, [true] = 1L, [5L] = double.NaN, ["d"] = new DateOnly(2026, 1, 2), ["b"] = new byte[] { 1, 2 },
            ["big"] = System.Numerics.BigInteger.Pow(10, 30), ["l"] = new YamlList([1.5, new YamlMap { ["k"] = false }]),
        };

        Assert.Equal(
            """{"s":"x","n":null,"true":1,"5":".nan","d":"2026-01-02","b":"AQI=","big":1000000000000000000000000000000,"l":[1.5,{"k":false}]}""",
            YamlJson.Convert(map).ToJsonString());
    }
}
