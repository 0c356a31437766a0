using CsCheck;

namespace Teuthology.Jobs.Tests;

/// <summary>Whatever tasks do, on entering, in the middle, on the way out, by themselves or in groups: exits run once, in reverse order, and the first reason wins.</summary>
public sealed class UnwindingProperties
{
    private static readonly Gen<string> Enter = Gen.Frequency(
        (10, Gen.Const("ok")), (1, Gen.Const("throw")), (1, Gen.Const("dead")), (1, Gen.Const("cancel")), (1, Gen.Const("cancelled")));

    private static readonly Gen<string[]> Exits = Gen.Frequency(
        (6, Gen.Const("ok")), (1, Gen.Const("throw")), (1, Gen.Const("dead")), (1, Gen.Const("cancelled")), (1, Gen.Const("interrupt"))).Array[0, 3];

    // A task that fails in its middle has deferred some steps, and never comes to the others.
    private static readonly Gen<Step> Leaf = Gen.Select(Enter, Exits, Exits, (enter, exits, late) => new Step("test.step", enter, exits, late, []));
    private static readonly Gen<string> Kind = Gen.OneOf(Gen.Const("test.group"), Gen.Const("test.each"), Gen.Const("test.twice"));
    private static readonly Gen<Step> Group = Gen.Select(Kind, Leaf.Array[0, 3], (kind, members) => new Step(kind, "ok", [], [], members));
    private static readonly Gen<Step> Nested = Gen.Select(Kind, Gen.Frequency((3, Leaf), (2, Group)).Array[0, 3], (kind, members) => new Step(kind, "ok", [], [], members));
    private static readonly Gen<Step> Deep = Gen.Select(Kind, Gen.Frequency((2, Leaf), (2, Nested)).Array[0, 2], (kind, members) => new Step(kind, "ok", [], [], members));
    private static readonly Gen<Step[]> Jobs = Gen.Frequency((5, Leaf), (1, Group), (1, Nested), (1, Deep)).Array[0, 5];

    [Fact]
    public async Task Job_AnyStackOfTasks_UnwindsOnceInReverseAndFirstReasonWins() => await Jobs.SampleAsync(
        async steps =>
        {
            using var host = new JobHost();
            var named = Name(steps);
            var model = new Model();
            model.Run(named);

            var result = await host.RunAsync(Yaml(named));

            Assert.Equal(model.Trace, host.Trace.Steps);
            Assert.Equal(model.Reason, result.FailureReason);
            Assert.Equal(model.Status, result.Status);
            var summary = JobHost.Summary(result);
            Assert.Equal(model.Reason, summary.Get("failure_reason"));
            Assert.Equal((model.Status.ToString().ToLowerInvariant(), model.Status == JobStatus.Pass), (summary["status"], summary["success"]));
        },
        iter: 250,
        threads: 2,
        print: steps => Yaml(Name(steps)));

    private static string Yaml(Step[] steps) => steps.Length == 0 ? "tasks: []\n" : "tasks:\n" + string.Concat(steps.Select(s => s.Yaml("")));

    private static Step[] Name(Step[] steps)
    {
        var number = 0;
        return [.. steps.Select(Of)];

        Step Of(Step step) => step.Task == "test.step" ? step with { Name = $"s{number++}" } : step with { Members = [.. step.Members.Select(Of)] };
    }

    public sealed record Step(string Task, string How, string[] Exits, string[] Late, Step[] Members)
    {
        public string Name { get; init; } = "";

        public string Yaml(string indent) => Task == "test.step"
            ? $"{indent}- test.step: {{name: {Name}, exits: [{string.Join(", ", Exits)}], enter: {How}, late: [{string.Join(", ", Late)}]}}\n"
            : Members.Length == 0 ? $"{indent}- {Task}: []\n" : $"{indent}- {Task}:\n{string.Concat(Members.Select(m => m.Yaml(indent + "  ")))}";
    }

    /// <summary>What should happen, said without stacks of the product: recursion and lists.</summary>
    private sealed class Model
    {
        private bool _cancelled;

        public List<string> Trace { get; } = [];

        public string? Reason { get; private set; }

        public JobStatus Status { get; private set; } = JobStatus.Pass;

        /// <summary>Gives false when a member failed, on entering or at the end of the group.</summary>
        public bool Run(IEnumerable<Step> steps)
        {
            var undo = new List<(string Id, string How)>();
            var good = true;
            foreach (var step in steps)
            {
                good = Enter(step, undo);
                if (!good)
                    break;
            }

            for (var i = undo.Count - 1; i >= 0; i--)
            {
                Trace.Add($"exit {undo[i].Id}");
                good &= Outcome(undo[i].How, $"exit {undo[i].Id}");
            }

            return good;
        }

        private bool Enter(Step step, List<(string Id, string How)> undo)
        {
            if (_cancelled)
                return Fail($"the job was cancelled (in task {step.Task})", JobStatus.Dead);
            switch (step.Task)
            {
                case "test.group":
                    return Run(step.Members);
                case "test.twice":
                    return Run(step.Members) && Run(step.Members);
                case "test.each":
                    return step.Members.All(member => Run([member]));
            }

            Trace.Add($"enter {step.Name}");
            undo.AddRange(step.Exits.Select((how, i) => ($"{step.Name}/{i}", how)));
            if (!Outcome(step.How, $"enter {step.Name}"))
                return false;
            undo.AddRange(step.Late.Select((how, i) => ($"{step.Name}/late{i}", how)));
            return true;
        }

        private bool Outcome(string how, string what)
        {
            switch (how)
            {
                case "throw":
                    return Fail($"{what} throws", JobStatus.Fail);
                case "dead":
                    return Fail($"{what} lost its machine", JobStatus.Dead);
                case "cancelled" when what.StartsWith("enter", StringComparison.Ordinal) && _cancelled:
                    return Fail("the job was cancelled (in task test.step)", JobStatus.Dead);
                case "cancelled":
                    return Fail($"{what} gave up", JobStatus.Fail);
                case "cancel":
                    _cancelled = true;
                    return Fail("the job was cancelled (in task test.step)", JobStatus.Dead);
                case "interrupt":
                    _cancelled = true;
                    return true;
                default:
                    return true;
            }
        }

        private bool Fail(string reason, JobStatus status)
        {
            Reason ??= reason;
            Status = (JobStatus)Math.Max((int)Status, (int)status);
            return false;
        }
    }
}
