namespace Teuthology.Xunit.Tests.Filtering;

public sealed class CaseFilterTests
{
    [Theory]
    [InlineData("Suite=rbd", true)]
    [InlineData("Suite=RBD", true)]
    [InlineData("Suite=rb", false)]
    [InlineData("Suite~b", true)]
    [InlineData("Suite!=rbd", false)]
    [InlineData("Suite!~x", true)]
    [InlineData("Fragment~bluestore", true)]
    [InlineData("Fragment=objectstore/bluestore", true)]
    [InlineData("Fragment!~bluestore", false)]
    [InlineData("Suite=rbd&Fragment~filestore", false)]
    [InlineData("Suite=rados|Fragment~bluestore", true)]
    [InlineData("Suite=rados|Suite=fs|Suite=rbd", true)]
    [InlineData("Suite=rados&Suite=rbd|Fragment~one", true)]
    [InlineData("Suite=rados&(Suite=rbd|Fragment~one)", false)]
    [InlineData("((Suite=rbd))", true)]
    [InlineData(" Suite = rbd & ( Fragment ~ one ) ", true)]
    [InlineData(@"Job=rbd/\(x\)", false)]
    [InlineData("FullyQualifiedName~Nope", false)]
    [InlineData("Nope", false)]
    [InlineData("Class.Method", true)]
    public void Evaluate_EverythingKnown_IsTrueOrFalse(string text, bool expected) =>
        Assert.Equal(expected, CaseFilter.Parse(text)!.Evaluate(Job));

    [Theory]
    [InlineData("Suite=rbd", null)]
    [InlineData("Suite=rbd&Fragment~x", null)]
    [InlineData("FullyQualifiedName~Nope&Suite=rbd", false)]
    [InlineData("Suite=rbd&FullyQualifiedName~Nope", false)]
    [InlineData("FullyQualifiedName~Class|Suite=rbd", true)]
    [InlineData("Suite=rbd|FullyQualifiedName~Nope", null)]
    public void Evaluate_PropertyUnknown_DecidesOnlyWhatIsSure(string text, bool? expected) =>
        Assert.Equal(expected, CaseFilter.Parse(text)!.Evaluate(name => name == "FullyQualifiedName" ? ["Class.Method"] : null));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("(Suite=rbd")]
    [InlineData("Suite=rbd)")]
    [InlineData("Suite=rbd&")]
    [InlineData("=rbd")]
    [InlineData("Suite!rbd")]
    public void Parse_NoFilter_RulesNothingOut(string? text) => Assert.Null(CaseFilter.Parse(text));

    [Fact]
    public void Asked_NestedConditions_GivesThePositiveOnes() =>
        Assert.Equal(["rbd", "x"], CaseFilter.Parse("Suite=rbd&(Fragment~x|Os!=centos)")!.Asked.Select(c => c.Value));

    private static IReadOnlyList<string>? Job(string name) => name switch
    {
        "Suite" => ["rbd"],
        "Fragment" => ["cluster/one", "objectstore/bluestore"],
        "Job" => ["rbd/{cluster/one objectstore/bluestore}"],
        "FullyQualifiedName" => ["Class.Method"],
        _ => null,
    };
}
