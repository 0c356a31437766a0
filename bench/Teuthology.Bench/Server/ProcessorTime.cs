using System.Globalization;

namespace Teuthology.Bench;

/// <summary>Processor time of a process and those that it started.</summary>
public static class ProcessorTime
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>User and system time so far, of children that ended meanwhile, too.</summary>
    /// <param name="process">Id of the process.</param>
    public static TimeSpan Of(int process)
    {
        var all = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => Stat(name!)).OfType<(int Id, string[] Fields)>().ToList();
        return Tick * Sum(process);

        // Fields 14 to 17 of /proc/PID/stat are user and system time, its own and of children that are gone; field 4 is the parent.
        long Sum(int id) =>
            all.Where(one => one.Id == id).Sum(one => one.Fields[11..15].Sum(time => long.Parse(time, CultureInfo.InvariantCulture)))
            + all.Where(one => one.Fields[1] == id.ToString(CultureInfo.InvariantCulture)).Sum(child => Sum(child.Id));
    }

    private static (int Id, string[] Fields)? Stat(string id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            return (int.Parse(id, CultureInfo.InvariantCulture), text[(text.LastIndexOf(')') + 2)..].Split(' '));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
