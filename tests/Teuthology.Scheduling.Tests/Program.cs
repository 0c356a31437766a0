using System.Globalization;

namespace Teuthology.Scheduling.Tests;

/// <summary>Entry of the processes that tests start: <c>take-store PLACE HISTORY</c> or <c>take-beanstalk PORT HISTORY</c>.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        var policy = QueueTaker.Policy;
        await using IJobQueue? queue = args switch
        {
            ["take-store", var place, _] => new StoreQueue(place, policy, TimeProvider.System),
            ["take-beanstalk", var port, _] => new BeanstalkQueue("127.0.0.1", int.Parse(port, CultureInfo.InvariantCulture), policy, TimeProvider.System),
            _ => null,
        };
        if (queue is null)
            return 2;
        await QueueTaker.RunAsync(queue, args[2]);
        return 0;
    }
}
