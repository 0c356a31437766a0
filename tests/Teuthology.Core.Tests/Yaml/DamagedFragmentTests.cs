using System.Diagnostics;
using System.Globalization;
using Teuthology.Yaml;

namespace Teuthology.Core.Tests;

/// <summary>Fragments as real suites have them, damaged at random, always in the same way.</summary>
public sealed class DamagedFragmentTests
{
    private const int Count = 10_000;

    private static readonly string[] Fragments =
    [
        "tasks:\n- install:\n- ceph:\n    log-ignorelist:\n    - but it is still running\n    - overall HEALTH_\n    - \\(OSDMAP_FLAGS\\)\n    conf:\n      osd:\n        osd max object name len: 460\n",
        "overrides:\n  ceph:\n    fs: xfs\n    conf: {osd: {debug bluestore: 1/20, bdev async discard: true}, global: {osd_pool_default_size: 2}}\n",
        "roles:\n- [mon.a, mgr.x, osd.0, osd.1, client.0]\n- [mon.b, osd.2, osd.3]\nopenstack:\n- volumes: # attached to each instance\n    count: 4\n    size: 10 # GB\n",
        "meta:\n- desc: |\n    Run ceph on two nodes,\n    with a separate client\n\n    and a thrasher.\n",
        "tasks:\n- exec:\n    client.0:\n      - sudo sh -c 'echo \"a: b\" > /tmp/x'\n      - \"ceph osd pool create base 4 \\\n         && rados -p base ls\"\n      - >\n        for i in 1 2 3; do\n          echo $i;\n        done\n",
        "base: &base {os_type: ubuntu, os_version: \"20.04\"}\nupgrade:\n  <<: *base\n  when: 2021-03-01 10:00:00\n  mode: 0644\n  ratio: .5\n  enabled: yes\n",
        "teuthology:\n  premerge: |\n    if yaml.os_type == 'ubuntu' then reject() end\n  postmerge:\n  - local x = 1\n",
        "? complex key\n: - one\n  - ? nested\n    : {a: [1, 2, {b: !!str 3}]}\n# nothing after\n",
    ];

    private static readonly string[] Pieces =
        ["\t", ":", ": ", "- ", "? ", "[", "]", "{", "}", ",", "&a ", "*a", "*base", "!", "!!int ", "|", ">-", "'", "\"", "#", " #", "%YAML 1.1\n", "---\n", "...\n", "\n", "\n\n", "  ", "\0", "\u0007", "\u2028", "\uFEFF", "\uD800", "é", "<<: ", "=", "\\", "\\x4", "@", "`", "0x", "2001-99-99", "99999999999999999999"];

    [Fact]
    public void Load_TenThousandDamagedFragments_AreReadOrNameThePlace()
    {
        var random = new Random(20150413);
        var whole = Fragments.Select(f => YamlLoader.Load(f, "b")).ToArray();
        var clock = Stopwatch.StartNew();
        var (read, refused) = (0, 0);
        for (var i = 0; i < Count; i++)
        {
            var text = Damaged(random);
            try
            {
                var value = YamlLoader.Load(text, "f");
                YamlLoader.Load(YamlDumper.Dump(value), "g");
                DeepMerge.Merge(whole[i % whole.Length], value);
                read++;
            }
            catch (ConfigurationException e)
            {
                refused++;
                Assert.False(e.Message.Contains('\n'), e.Message);
                Assert.True(e.Mark is { Line: >= 1, Column: >= 1 } || e.Message.StartsWith("cannot merge", StringComparison.Ordinal), $"{e.Message} has no place; the text was {text}");
            }
            catch (Exception e)
            {
                Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"text {i} gives {e.GetType()}: {e}\n{text}"));
            }

            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(2), "the reader hangs");
        }

        Assert.InRange(read, 1000, Count);
        Assert.InRange(refused, 1000, Count);
    }

    private static string Damaged(Random random)
    {
        var text = Fragments[random.Next(Fragments.Length)];
        for (var times = random.Next(1, 5); times > 0; times--)
        {
            var at = random.Next(text.Length + 1);
            var length = Math.Min(random.Next(8), text.Length - at);
            text = random.Next(5) switch
            {
                0 => text.Remove(at, length),
                1 => text[..at],
                2 => text[..at] + Pieces[random.Next(Pieces.Length)] + text[(at + length)..],
                3 => text.Insert(at, text.Substring(at, length)),
                _ => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
            };
        }

        return text;
    }
}
