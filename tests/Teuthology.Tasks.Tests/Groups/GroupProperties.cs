using System.Text.RegularExpressions;
using CsCheck;
using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>The groups themselves, nested in any way: what was entered is unwound once, in the order of its group, and the first reason wins.</summary>
public sealed class GroupProperties(LoopbackHost host) : IClassFixture<LoopbackHost>
{
    private static readonly Gen<Node> Leaf = Gen.Frequency((8, Gen.Const("ok")), (1, Gen.Const("enter")), (1, Gen.Const("exit"))).Select(how => new Node("test.leaf", how, []));
    private static readonly Gen<string> Kind = Gen.OneOf(Gen.Const("sequential"), Gen.Const("full_sequential"), Gen.Const("parallel"));
    private static readonly Gen<Node> Group = Gen.Select(Kind, Leaf.Array[1, 3], (kind, members) => new Node(kind, "", members));
    private static readonly Gen<Node> Nested = Gen.Select(Kind, Gen.Frequency((2, Leaf), (2, Group)).Array[1, 3], (kind, members) => new Node(kind, "", members));

    [Fact]
    public async Task Job_NestedGroups_UnwindsWhatWasEnteredOnceAndInOrder() => await Gen.Frequency((3, Leaf), (2, Group), (2, Nested)).Array[1, 4].SampleAsync(
        async nodes =>
        {
            var number = 0;
            var root = Named(new Node("sequential", "", nodes), () => $"t{number++}");
            var result = await host.RunAsync("tasks:\n" + string.Concat(root.Members.Select(m => m.Yaml(""))));
            var steps = Regex.Matches(result.Log(), @":leaf (t\d+ (?:enter|exit))\n").Select(m => m.Groups[1].Value).ToList();
            var entered = steps.Where(s => s.EndsWith("enter", StringComparison.Ordinal)).Select(s => s.Split(' ')[0]).ToList();
            Assert.Equal(entered.Order(StringComparer.Ordinal), steps.Where(s => s.EndsWith("exit", StringComparison.Ordinal)).Select(s => s.Split(' ')[0]).Order(StringComparer.Ordinal));
            InOrder(root, steps);

            // What runs side by side may fail in either order.
            var reasons = steps.Where(s => root.Leaves().Any(l => s == $"{l.Name} {l.How}")).Select(s => $"{s.Split(' ')[1]} of {s.Split(' ')[0]} broke").ToList();
            Assert.Equal(reasons.Count == 0 ? JobStatus.Pass : JobStatus.Fail, result.Status);
            if (root.HasParallel)
                Assert.True(reasons.Count == 0 ? result.FailureReason is null : reasons.Contains(result.FailureReason!), result.FailureReason);
            else
                Assert.Equal(reasons.FirstOrDefault(), result.FailureReason);
        },
        iter: 40,
        threads: 1);

    private static Node Named(Node node, Func<string> next) => node.Members.Length == 0
        ? node with { Name = next() }
        : node with { Members = [.. node.Members.Select(m => Named(m, next))] };

    private static void InOrder(Node group, List<string> steps)
    {
        foreach (var member in group.Members.Where(m => m.Members.Length > 0))
            InOrder(member, steps);
        var leaves = group.Members.Where(m => m.Members.Length == 0 && steps.Contains($"{m.Name} enter")).Select(m => m.Name).ToList();
        foreach (var (first, second) in leaves.Zip(leaves.Skip(1)))
        {
            if (group.Task == "sequential")
                Assert.Equal([$"{first} enter", $"{second} enter", $"{second} exit", $"{first} exit"], Of(first, second));
            else if (group.Task == "full_sequential")
                Assert.Equal([$"{first} enter", $"{first} exit", $"{second} enter", $"{second} exit"], Of(first, second));
        }

        IEnumerable<string> Of(string first, string second) => steps.Where(s => s.Split(' ')[0] is var name && (name == first || name == second));
    }

    public sealed record Node(string Task, string How, Node[] Members)
    {
        public string Name { get; init; } = "";

        public bool HasParallel => Task == "parallel" || Members.Any(m => m.HasParallel);

        public IEnumerable<Node> Leaves() => Members.Length == 0 ? [this] : Members.SelectMany(m => m.Leaves());

        public string Yaml(string indent) => Members.Length == 0
            ? $"{indent}- {Task}: [{Name}, {How}]\n"
            : $"{indent}- {Task}:\n{string.Concat(Members.Select(m => m.Yaml(indent + "  ")))}";
    }
}
