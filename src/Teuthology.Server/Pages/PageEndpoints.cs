using Teuthology.Lab;
using Teuthology.Results;
using Teuthology.Server.Pages;

namespace Teuthology.Server;

/// <summary>Pages for people, under <c>/ui/</c>, and from the addresses of the results server there when it is a browser that asks.</summary>
internal static class PageEndpoints
{
    /// <summary>What the pages need.</summary>
    /// <param name="services">Where it is put.</param>
    /// <param name="options">Settings of the server.</param>
    public static void Add(IServiceCollection services, ServerOptions options) => services
        .AddSingleton<LogTails>()
        .AddSingleton<StoreChanges>()
        .AddSingleton<ChangeTopics>()
        .AddSingleton<WatchedRuns>()
        .AddSingleton<WatchedJobs>()
        .AddSingleton<FailureIndex>()
        .AddSingleton<RecentChoices>()
        .AddSingleton<RecentForecast>()
        .AddSingleton<RecentTimelines>()
        .AddSingleton(new KnownIssuesFile(options.KnownIssues, options.Time))
        .AddSingleton(new OpenQueue(options.Queue))
        .AddSingleton<Failures>()
        .AddSingleton<PageWarmth>()
        .AddHostedService(provider => provider.GetRequiredService<PageWarmth>());

    public static void Map(IEndpointRouteBuilder routes)
    {
        PageAssets.Map(routes);
        LiveEndpoints.Map(routes);
        RunPages.Map(routes);
        JobPages.Map(routes);
        NodePages.Map(routes);
        QueuePages.Map(routes);
        SuitePages.Map(routes);
        FailurePages.Map(routes);
        ComparePages.Map(routes);
    }

    /// <summary>A page.</summary>
    /// <typeparam name="TPage">The component.</typeparam>
    /// <param name="view">What it shows.</param>
    public static IResult Page<TPage>(object view)
        where TPage : PageBase => new PageResult<TPage>(new() { [nameof(PageBase.Content)] = view });

    /// <summary>The page that says what is missing.</summary>
    public static IResult Missing(string message) => new PageResult<MissingPage>(new() { ["Message"] = message }, StatusCodes.Status404NotFound);

    /// <summary>Whether a browser asks: programs do not say that they want HTML.</summary>
    public static bool IsBrowser(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);
}
