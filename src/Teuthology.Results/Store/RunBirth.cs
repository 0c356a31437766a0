namespace Teuthology.Results;

/// <summary>What is known of a run that is new: what its name tells.</summary>
internal static class RunBirth
{
    public static RunRow Of(string name, TimeProvider time)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var parts = RunNameParts.Read(name);
        return new RunRow
        {
            Name = name,
            User = parts?.User ?? "",
            Suite = parts?.Suite ?? "",
            Branch = parts?.Branch ?? "",
            MachineType = parts?.MachineType ?? "",
            Scheduled = parts is null ? now : ToUtc(parts.Scheduled, time.LocalTimeZone),
            Posted = now,
            Updated = now,
        };
    }

    /// <summary>A run whose name was made here, so that its parts are known.</summary>
    public static RunRow Of(RunName name, TimeProvider time)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return new RunRow
        {
            Name = name.ToString(),
            User = name.User,
            Suite = name.Suite,
            Branch = name.Branch,
            MachineType = name.MachineType,
            Scheduled = ToUtc(name.Scheduled, time.LocalTimeZone),
            Posted = now,
            Updated = now,
        };
    }

    // In the hour that a clock skips in spring there is no time to convert.
    private static DateTime ToUtc(DateTime local, TimeZoneInfo zone)
    {
        var plain = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        return zone.IsInvalidTime(plain) ? DateTime.SpecifyKind(plain - zone.BaseUtcOffset, DateTimeKind.Utc) : TimeZoneInfo.ConvertTimeToUtc(plain, zone);
    }
}
