namespace Teuthology.LockTest;

/// <summary>What became of the jobs. Times in seconds.</summary>
internal sealed record FairnessVerdict(IReadOnlyList<Attempt> Attempts, int Jobs, int Machines)
{
    // Who stood in line a moment earlier by two processes' words need not have.
    private const double Moment = 1;

    public int Done => Attempts.Where(a => a.Failure is null).Select(a => a.Job).Distinct().Count();

    public double Makespan => Attempts.Max(a => a.Ended);

    public double LongestWait => Attempts.Where(a => a.HasHeld).Max(a => a.Claimed - a.Queued);

    /// <summary>How often an attempt got its machines before one that stood in line earlier.</summary>
    public int Overtakings => Attempts.Where(a => a.HasHeld).Sum(early => Attempts.Count(late => late.HasHeld && late.Queued > early.Queued + Moment && late.Claimed < early.Claimed - Moment));

    /// <summary>Part of the machines' time in which they were held, from the claim to their return.</summary>
    public double Utilisation => Pieces.Sum(p => p.Width * p.Length) / (Machines * Makespan);

    public double LowerBound => Packing.LowerBound(Pieces, Machines);

    public double BestPlan => Packing.BestPlan(Pieces, Machines, new Random(1));

    public double InOrder => Packing.InOrder(Pieces, Machines);

    private List<(int Width, double Length)> Pieces =>
    [
        .. Attempts.SelectMany(a => a.HeldBefore.Select(held => (a.Width, held))),
        .. Attempts.Where(a => a.HasHeld).OrderBy(a => a.Claimed).Select(a => (a.Width, a.Held)),
    ];

    public void Write(TextWriter output)
    {
        output.WriteLine($"{Done} of {Jobs} jobs done in {Attempts.Count} attempts on {Machines} machines");
        foreach (var group in Attempts.Where(a => a.Failure is not null).GroupBy(a => a.Failure!).OrderByDescending(g => g.Count()))
            output.WriteLine($"  {group.Count()} attempts ended: {group.Key}");
        output.WriteLine($"  {Attempts.Sum(a => a.HeldBefore.Count)} times others were claimed for machines that did not come up");
        output.WriteLine($"all over after {Makespan:0.0} s; machines held {Utilisation:P0} of the time");
        output.WriteLine($"the same holds cannot be shorter than {LowerBound:0.0} s: {LowerBound / Makespan:P0} of the optimum at least; a plan that knows everything takes {BestPlan:0.0} s ({BestPlan / Makespan:P0}); in strict order without any pause {InOrder:0.0} s ({InOrder / Makespan:P0})");
        output.WriteLine($"longest wait {LongestWait:0.0} s; {Overtakings} times one that came later was served earlier");
        foreach (var width in Attempts.Where(a => a.HasHeld).GroupBy(a => a.Width).OrderBy(g => g.Key))
            output.WriteLine($"  of {width.Key} machines: {width.Count()} attempts, waited {width.Average(a => a.Claimed - a.Queued):0.0} s on average, {width.Max(a => a.Claimed - a.Queued):0.0} s at most");
    }
}
