namespace Teuthology.Tasks.Tests;

public sealed class KeyringTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    [Fact]
    public void Generate_Key_HasTypeTimeLengthAndSecret()
    {
        var key = Convert.FromBase64String(CephKey.Generate(Now));
        Assert.Equal(28, key.Length);
        Assert.Equal([1, 0], key[..2]);
        Assert.Equal(1_700_000_000u, BitConverter.ToUInt32(key, 2));
        Assert.Equal([16, 0], key[10..12]);
        Assert.NotEqual(CephKey.Generate(Now), CephKey.Generate(Now));
    }

    [Fact]
    public void Render_ChosenEntities_GivesAKeyringFile()
    {
        var keys = new Keyring();
        keys.Add(new CephEntity("mon.", "KEY1", [("mon", "allow *")]));
        keys.Add(new CephEntity("osd.0", "KEY2", [("mon", "allow *"), ("osd", "allow *")]));
        Assert.Equal("[osd.0]\n\tkey = KEY2\n\tcaps mon = \"allow *\"\n\tcaps osd = \"allow *\"\n", keys.Render("osd.0"));
        Assert.Equal(2, keys.Render().Split('\n').Count(l => l.StartsWith('[')));
    }

    [Theory]
    [InlineData("mgr.x", "mon=allow profile mgr osd=allow * mds=allow *")]
    [InlineData("client.0", "mon=allow rw mgr=allow r osd=allow rwx mds=allow")]
    [InlineData("mds.a", "mon=allow * mgr=allow * osd=allow * mds=allow")]
    public void Create_ForAType_GivesItsCaps(string name, string expected) =>
        Assert.Equal(expected, string.Join(' ', CephEntity.Create(name, Now).Caps.Select(c => $"{c.Service}={c.Allowed}")));
}
