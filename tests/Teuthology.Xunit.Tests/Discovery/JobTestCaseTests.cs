using Teuthology.Suites;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Teuthology.Xunit.Tests.Discovery;

public sealed class JobTestCaseTests
{
    private static readonly SuiteJob s_job = new("rbd", 7, "rbd/basic/deep/{base/install os/ubuntu_22.04 w}", ["basic/deep/base/install.yaml", "basic/deep/os/ubuntu_22.04.yaml", "basic/deep/w.yaml"]);

    [Fact]
    public void Serialize_AndBack_GivesTheSameCase()
    {
        var before = new JobTestCase(Method(), s_job);
        var after = SerializationHelper.Deserialize<JobTestCase>(SerializationHelper.Serialize(before));
        Assert.Equal(before.UniqueID, after.UniqueID);
        Assert.Equal(before.DisplayName, after.DisplayName);
        Assert.Equal(before.Traits, after.Traits);
        Assert.Equal(s_job.Index, after.Job.Index);
        Assert.Equal(s_job.Fragments, after.Job.Fragments);
        Assert.Equal(nameof(Serialize_AndBack_GivesTheSameCase), after.Method.Name);
    }

    [Fact]
    public void Traits_Job_NameWhatItIsMadeOf()
    {
        var traits = new JobTestCase(Method(), s_job).Traits;
        Assert.Equal(["rbd"], traits["Suite"]);
        Assert.Equal(["basic", "basic/deep"], traits["SubSuite"]);
        Assert.Equal([s_job.Description], traits["Job"]);
        Assert.Equal(["basic/deep/base/install", "basic/deep/os/ubuntu_22.04", "basic/deep/w"], traits["Fragment"]);
        Assert.Equal(["ubuntu", "ubuntu_22.04"], traits["Os"]);
    }

    [Fact]
    public void Traits_NoSubSuiteAndNoOs_LeavesThemOut()
    {
        Assert.DoesNotContain("Fragment", new JobTestCase(Method(), s_job, name => name != "Fragment").Traits.Keys);
        var traits = new JobTestCase(Method(), new SuiteJob("dummy", 0, "dummy/{a}", ["a.yaml"])).Traits;
        Assert.False(traits.ContainsKey("SubSuite"));
        Assert.False(traits.ContainsKey("Os"));
    }

    [Fact]
    public void UniqueID_SameJob_IsThisInEveryRun() =>
        Assert.Equal("c33aeb71e94d0fda", new JobTestCase(Method(), s_job).UniqueID[..16]);

    [Fact]
    public void UniqueID_IndexMoved_Stays() =>
        Assert.Equal(new JobTestCase(Method(), s_job).UniqueID, new JobTestCase(Method(), s_job with { Index = 8 }).UniqueID);

    [Fact]
    public void UniqueID_OtherDescription_Differs() =>
        Assert.NotEqual(new JobTestCase(Method(), s_job).UniqueID, new JobTestCase(Method(), s_job with { Description = "rbd/x" }).UniqueID);

    [Fact]
    public void Trouble_Serialized_KeepsReasonAndClaimsWhatTheFilterAsks()
    {
        var before = new RemarkTestCase(Method(), new TroubleEntry("rbd", "rbd: broken", "line 1\nline 2"), CaseFilter.Parse("Suite=rbd&Fragment~blue"));
        Assert.Equal(["blue"], before.Traits["Fragment"]);
        var after = SerializationHelper.Deserialize<RemarkTestCase>(SerializationHelper.Serialize(before));
        Assert.Equal(before.UniqueID, after.UniqueID);
        Assert.Equal("rbd: broken", after.DisplayName);
    }

    [Fact]
    public void Piece_RunAfterBeingReadBack_IsSkippedWithTheReason()
    {
        var reason = Assert.Single(Outcomes(new PieceEntry("rados", "rados: piece 0/9, 400 of 3,000 jobs", "subset 0/9")).OfType<ITestSkipped>()).Reason;
        Assert.Equal("subset 0/9", reason);
    }

    [Fact]
    public void Trouble_RunAfterBeingReadBack_Fails() =>
        Assert.Equal(["no such suite"], Assert.Single(Outcomes(new TroubleEntry("rados", "rados: broken", "no such suite")).OfType<ITestFailed>()).Messages);

    private static List<IMessageSinkMessage> Outcomes(RemarkEntry remark)
    {
        var bus = new HeardMessages();
        using var cancellation = new CancellationTokenSource();
        var read = SerializationHelper.Deserialize<RemarkTestCase>(SerializationHelper.Serialize(new RemarkTestCase(Method(), remark, null)));
        _ = read.RunAsync(null!, bus, [], new ExceptionAggregator(), cancellation);
        return bus.Messages;
    }

    private sealed class HeardMessages : IMessageBus
    {
        public List<IMessageSinkMessage> Messages { get; } = [];

        public bool QueueMessage(IMessageSinkMessage message)
        {
            Messages.Add(message);
            return true;
        }

        public void Dispose()
        {
        }
    }

    private static ITestMethod Method() =>
        TestMethods.Find(typeof(JobTestCaseTests).Assembly.GetName().Name!, typeof(JobTestCaseTests).FullName!, nameof(Serialize_AndBack_GivesTheSameCase));
}
