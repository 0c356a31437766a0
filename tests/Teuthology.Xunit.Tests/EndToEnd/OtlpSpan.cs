namespace Teuthology.Xunit.Tests.EndToEnd;

/// <summary>A span as a collector got it.</summary>
/// <param name="Scope">Name of the source.</param>
/// <param name="Trace">Id of its trace.</param>
/// <param name="Id">Its own id.</param>
/// <param name="Parent">Id of the span above; empty for none.</param>
/// <param name="Name">Its name.</param>
internal sealed record OtlpSpan(string Scope, string Trace, string Id, string Parent, string Name);
