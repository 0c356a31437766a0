using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>A path of filters, <c>branch/main/suite/rbd/status</c>: pairs of property and value in any order, at the end perhaps a property alone.</summary>
internal sealed record RunFilterPath
{
    private static readonly TimeSpan Day = new(23, 59, 59);

    /// <summary>The runs that it leaves.</summary>
    public RunQuery Query { get; private init; } = new();

    /// <summary>The property at its end; null when it ends with a value.</summary>
    public RunProperty? Values { get; private init; }

    /// <summary>Whether it ends with a range of days, which upstream's server lists in no order and without pages.</summary>
    public bool IsRange { get; private init; }

    /// <summary>Whether no run can be meant.</summary>
    public bool IsNothing { get; private init; }

    /// <summary>Whether there is no such path.</summary>
    public bool IsUnknown { get; private init; }

    /// <summary>What is wrong with a value; null when nothing is.</summary>
    public string? Error { get; private init; }

    /// <summary>Reads it.</summary>
    /// <param name="parts">Its parts.</param>
    /// <param name="time">Tells what day it is.</param>
    public static RunFilterPath Read(ReadOnlySpan<string> parts, TimeProvider time)
    {
        var path = new RunFilterPath();
        RunProperty? last = null;
        for (var top = true; parts.Length > 0; top = false)
        {
            if (PropertyOf(parts[0], top) is not { } property || property == last)
                return new RunFilterPath { IsUnknown = true };
            if (parts.Length == 1)
                return path with { Values = property };
            if (property == RunProperty.Date && parts[1] == "from")
                return path.Range(parts[2..], time);
            path = property == RunProperty.Date ? path.Between(parts[1], parts[1], time) : path.Where(property, parts[1]);
            if (path.Error is not null)
                return path;
            last = property;
            parts = parts[2..];
        }

        return path;
    }

    private static RunProperty? PropertyOf(string part, bool top) => part switch
    {
        "branch" => RunProperty.Branch,
        "date" => RunProperty.Date,
        "machine_type" => RunProperty.MachineType,
        "status" => RunProperty.Status,
        "suite" => RunProperty.Suite,
        "sha1" => RunProperty.Sha1,
        "user" => RunProperty.User,
        "flavors" when top => RunProperty.Flavor,
        "flavor" when !top => RunProperty.Flavor,
        _ => null,
    };

    private RunFilterPath Range(ReadOnlySpan<string> parts, TimeProvider time)
    {
        if (parts.Length == 1)
            return Between(parts[0], parts[0], time) with { IsNothing = true };
        if (parts.Length != 3 || parts[1] != "to")
            return new RunFilterPath { IsUnknown = true };
        var path = Between(parts[0], parts[2], time);
        return path with { IsRange = true, Query = path.Query with { Order = RunOrder.Known, Count = int.MaxValue } };
    }

    private RunFilterPath Between(string first, string last, TimeProvider time)
    {
        if (QueryText.TryReadDay(first, time) is not { } from || QueryText.TryReadDay(last, time) is not { } to)
            return this with { Error = QueryText.BadDay };
        var (begin, end) = (Query.From > from ? Query.From : from, Query.To < to + Day ? Query.To : to + Day);
        return this with { Query = Query with { From = begin, To = end } };
    }

    // The same property twice leaves nothing, unless it is the same value.
    private RunFilterPath Where(RunProperty property, string value)
    {
        var (query, before) = property switch
        {
            RunProperty.Branch => (Query with { Branch = value }, Query.Branch),
            RunProperty.MachineType => (Query with { MachineType = value }, Query.MachineType),
            RunProperty.Status => (Query with { Status = value }, Query.Status),
            RunProperty.Suite => (Query with { Suite = value }, Query.Suite),
            RunProperty.User => (Query with { User = value }, Query.User),
            RunProperty.Sha1 => (Query with { Sha1 = value }, Query.Sha1),
            _ => (Query with { Flavor = value }, Query.Flavor),
        };
        return this with { Query = query, IsNothing = IsNothing || (before is not null && before != value) };
    }
}
