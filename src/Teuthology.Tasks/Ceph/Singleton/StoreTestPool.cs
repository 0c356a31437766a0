using System.Text;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>A pool whose stores are tested, and what its objects are made of.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Name">Its name.</param>
/// <param name="Objects">How many objects it has.</param>
/// <param name="Coded">Whether it is erasure-coded: its objects then have no omap, and each OSD has a part of their data.</param>
internal sealed record StoreTestPool(CephCluster Cluster, string Name, int Objects, bool Coded)
{
    private const int Lines = 1000;

    /// <summary>The objects' names.</summary>
    public IEnumerable<string> Names => Enumerable.Range(1, Objects).Select(n => $"{Name}-object{n}");

    /// <summary>What an object holds.</summary>
    public static string Data(string name) => string.Concat(Enumerable.Repeat($"This is the data for {name}\n", Lines));

    /// <summary>Writes all of them, each with an attribute and, where the pool has such, a header and a key of its omap.</summary>
    public Task WriteAsync(CancellationToken cancellationToken)
    {
        var script = new StringBuilder("set -e\n");
        foreach (var name in Names)
        {
            script.Append($"yes 'This is the data for {name}' | head -n {Lines} > /tmp/store-test; {Rados} put {name} /tmp/store-test; {Rados} setxattr {name} attr 'attr of {name}'\n");
            if (!Coded)
                script.Append($"{Rados} setomapheader {name} 'header of {name}'; {Rados} setomapval {name} key 'value of {name}'\n");
        }

        return RunAsync(script.Append("rm -f /tmp/store-test\n").ToString(), "write objects", cancellationToken);
    }

    /// <summary>Reads all of them; each must be as it was written.</summary>
    public Task ReadAsync(CancellationToken cancellationToken)
    {
        var script = new StringBuilder("set -e\n");
        foreach (var name in Names)
        {
            script.Append($"yes 'This is the data for {name}' | head -n {Lines} > /tmp/store-test; {Rados} get {name} /tmp/store-test.got; cmp /tmp/store-test /tmp/store-test.got\n")
                .Append($"[ \"$({Rados} getxattr {name} attr)\" = 'attr of {name}' ]\n");
            if (!Coded)
                script.Append($"{Rados} getomapheader {name} | grep -q 'header of' && {Rados} getomapval {name} key | grep -q 'value of'\n");
        }

        return RunAsync(script.Append("rm -f /tmp/store-test /tmp/store-test.got\n").ToString(), "read objects", cancellationToken);
    }

    /// <summary>Every object must be in the store of each OSD that serves its group.</summary>
    /// <exception cref="TeuthologyException">One is not, or is somewhere else too.</exception>
    public void Expect(IReadOnlyList<StoreTestCopy> copies, IReadOnlyDictionary<string, IReadOnlyList<int>> acting)
    {
        foreach (var name in Names)
        {
            var found = copies.Where(c => c.Object == name).ToList();
            var group = found.FirstOrDefault()?.Pg.Split('s')[0] ?? throw new TeuthologyException(FailureKind.Product, $"{name} is in no store");
            var expected = acting[group].Select(o => $"osd.{o}").Order(StringComparer.Ordinal).ToList();
            var have = found.Select(c => c.Osd.Role).Order(StringComparer.Ordinal).ToList();
            if (found.Exists(c => c.Pg.Split('s')[0] != group) || !expected.SequenceEqual(have))
                throw new TeuthologyException(FailureKind.Product, $"{name} of pg {group} should be in {string.Join(' ', expected)}, and is in {string.Join(' ', found.Select(c => $"{c.Osd.Role} ({c.Pg})"))}");
        }
    }

    private string Rados => $"rados --cluster {Cluster.Name} -p {Name}";

    private Task RunAsync(string script, string label, CancellationToken cancellationToken) =>
        Cluster.Layout.FirstMon.RunAsync(RemoteCommand.Args("sh", "-s") with { Stdin = Encoding.UTF8.GetBytes(script), Label = label }, cancellationToken);
}
