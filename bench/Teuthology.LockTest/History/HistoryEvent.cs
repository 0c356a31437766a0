using System.Text.Json.Serialization;

namespace Teuthology.LockTest;

/// <summary>One line of a history.</summary>
/// <param name="Process">Who acts: a client's process, counted anew after each restart; <c>nemesis</c>; <c>test</c>; or <c>node NAME</c>.</param>
/// <param name="Type"><c>invoke</c>; <c>ok</c>: it took place; <c>fail</c>: it did not; <c>info</c>: nobody knows, now or at any time later; faults are <c>info</c> too.</param>
/// <param name="Op">What is done.</param>
/// <param name="Id">Number of the operation in its process: ties the end to the invocation.</param>
/// <param name="Mono">CLOCK_MONOTONIC in nanoseconds: one clock for all processes of the host, which orders all events.</param>
/// <param name="Wall">The host's CLOCK_REALTIME in milliseconds since 1970, without the offsets that the test gives its clients.</param>
/// <param name="Value">What is asked or answered.</param>
internal sealed record HistoryEvent(string Process, string Type, string Op, long Id, long Mono, double Wall, HistoryValue? Value)
{
    public const string Invoke = "invoke";
    public const string Ok = "ok";
    public const string Fail = "fail";
    public const string Info = "info";

    /// <summary>Line in the file, for messages.</summary>
    [JsonIgnore]
    public int Line { get; init; }
}
