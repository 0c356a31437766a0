using CsCheck;

namespace Teuthology.Jobs.Tests;

/// <summary>Whatever tasks do, exits run once, in reverse order, and the first reason wins.</summary>
public sealed class UnwindingProperties
{
    private static readonly Gen<string> Enter = Gen.Frequency((8, Gen.Const("ok")), (1, Gen.Const("throw")), (1, Gen.Const("dead")), (1, Gen.Const("cancel")));
    private static readonly Gen<string[]> Exits = Gen.Frequency((5, Gen.Const("ok")), (1, Gen.Const("throw")), (1, Gen.Const("dead")), (1, Gen.Const("cancelled"))).Array[0, 3];
    private static readonly Gen<Step> Leaf = Gen.Select(Enter, Exits, (enter, exits) => new Step(enter, exits, null));
    private static readonly Gen<Step> Group = Leaf.Array[0, 3].Select(members => new Step("ok", [], members));
    private static readonly Gen<Step> Nested = Gen.Frequency((3, Leaf), (1, Group)).Array[0, 3].Select(members => new Step("ok", [], members));
    private static readonly Gen<Step[]> Jobs = Gen.Frequency((4, Leaf), (1, Group), (1, Nested)).Array[0, 5];

    [Fact]
    public async Task Job_AnyStackOfTasks_UnwindsOnceInReverseAndFirstReasonWins() => await Jobs.SampleAsync(
        async steps =>
        {
            using var host = new JobHost();
            var number = 0;
            var model = new Model();
            var tasks = string.Concat(steps.Select(s => s.Yaml("", ref number)));
            number = 0;
            model.Run(steps, ref number);

            var result = await host.RunAsync(tasks.Length == 0 ? "tasks: []\n" : "tasks:\n" + tasks);

            Assert.Equal(model.Trace, host.Trace.Steps);
            Assert.Equal(model.Reason, result.FailureReason);
            Assert.Equal(model.Status, result.Status);
            Assert.Equal(model.Reason, JobHost.Summary(result).Get("failure_reason"));
        },
        iter: 150,
        threads: 2,
        print: steps =>
        {
            var number = 0;
            return string.Concat(steps.Select(s => s.Yaml("", ref number)));
        });

    public sealed record Step(string EnterHow, string[] ExitHows, Step[]? Members)
    {
        public string Yaml(string indent, ref int number)
        {
            if (Members is null)
                return $"{indent}- test.step: {{name: s{number++}, enter: {EnterHow}, exits: [{string.Join(", ", ExitHows)}]}}\n";
            if (Members.Length == 0)
                return $"{indent}- test.group: []\n";
            var text = $"{indent}- test.group:\n";
            foreach (var member in Members)
                text += member.Yaml(indent + "  ", ref number);
            return text;
        }
    }

    /// <summary>What should happen, said without stacks of the product: recursion and lists.</summary>
    private sealed class Model
    {
        public List<string> Trace { get; } = [];

        public string? Reason { get; private set; }

        public JobStatus Status { get; private set; } = JobStatus.Pass;

        /// <summary>Gives false when a member failed, on entering or at the end of the group.</summary>
        public bool Run(IEnumerable<Step> steps, ref int number)
        {
            var undo = new List<(string Id, string How)>();
            var good = true;
            foreach (var step in steps)
            {
                if (!good)
                {
                    Skip(step, ref number);
                    continue;
                }

                good = step.Members is null ? Enter(step, undo, ref number) : Run(step.Members, ref number);
            }

            for (var i = undo.Count - 1; i >= 0; i--)
            {
                Trace.Add($"exit {undo[i].Id}");
                good &= Outcome(undo[i].How, $"exit {undo[i].Id}");
            }

            return good;
        }

        private bool Enter(Step step, List<(string Id, string How)> undo, ref int number)
        {
            var name = $"s{number++}";
            Trace.Add($"enter {name}");
            undo.AddRange(step.ExitHows.Select((how, i) => ($"{name}/{i}", how)));
            return Outcome(step.EnterHow, $"enter {name}");
        }

        private bool Outcome(string how, string what)
        {
            var (reason, status) = how switch
            {
                "throw" => ($"{what} throws", JobStatus.Fail),
                "dead" => ($"{what} lost its machine", JobStatus.Dead),
                "cancelled" => ($"{what} gave up", JobStatus.Fail),
                "cancel" => ("the job was cancelled (in task test.step)", JobStatus.Dead),
                _ => ((string?)null, JobStatus.Pass),
            };
            Reason ??= reason;
            Status = (JobStatus)Math.Max((int)Status, (int)status);
            return reason is null;
        }

        private static void Skip(Step step, ref int number)
        {
            if (step.Members is null)
                number++;
            foreach (var member in step.Members ?? [])
                Skip(member, ref number);
        }
    }
}
