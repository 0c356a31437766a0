using CsCheck;
using Microsoft.VisualStudio.TestPlatform.Common.Filtering;
using Microsoft.VisualStudio.TestPlatform.ObjectModel;

namespace Teuthology.Xunit.Tests.Filtering;

/// <summary>VSTest's own filter is the judge: discovery must never rule out what VSTest would run.</summary>
public sealed class FilterAgainstVSTestTests
{
    private static readonly string[] s_names = ["Suite", "Fragment", "FullyQualifiedName"];
    private static readonly string[] s_values = ["rbd", "rados", "b", "a/b", "one two", "{x}"];
    private static readonly Gen<string> s_condition = Gen.Select(OneOf(s_names), OneOf("=", "!=", "~", "!~"), OneOf(s_values), (n, o, v) => n + o + v);
    private static readonly Gen<string> s_filter = Gen.Recursive<string>((depth, inner) => depth > 3
        ? s_condition
        : Gen.Frequency((3, s_condition), (2, Gen.Select(inner, OneOf("&", "|"), inner, (a, o, b) => a + o + b)), (1, inner.Select(x => $"({x})"))));

    private static readonly Gen<Dictionary<string, string[]>> s_case = Gen.Select(
        OneOf(s_values),
        OneOf(s_values).Array[1, 3],
        (suite, fragments) => new Dictionary<string, string[]> { ["Suite"] = [suite], ["Fragment"] = fragments, ["FullyQualifiedName"] = ["Jobs.Run"] });

    [Fact]
    public void Evaluate_AnyFilter_AgreesWithVSTest() => Gen.Select(s_filter, s_case).Sample((text, values) =>
    {
        var theirs = new TestCaseFilterExpression(new FilterExpressionWrapper(text))
            .MatchTestCase(new TestCase("Jobs.Run", new Uri("executor://x"), "x.dll"), name => values[name] is [var one] ? one : values[name]);
        Assert.Equal(theirs, CaseFilter.Parse(text)!.Evaluate(name => values[name]));
    });

    [Fact]
    public void MayMatch_OnlySuiteKnown_KeepsWhatVSTestWouldRun() => Gen.Select(s_filter, s_case).Sample((text, values) =>
    {
        var filter = CaseFilter.Parse(text)!;
        if (filter.Evaluate(name => values[name]) == true)
            Assert.True(filter.MayMatch(name => name == "Suite" ? values[name] : null));
    });

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
