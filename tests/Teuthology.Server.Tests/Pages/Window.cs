using Microsoft.Playwright;

namespace Teuthology.Server.Tests.Pages;

/// <summary>A window of the browser.</summary>
public sealed class Window : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    private Window(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                Problems.Add($"{page.Url}: {message.Text}");
        };
        page.PageError += (_, error) => Problems.Add($"{page.Url}: {error}");
        page.Dialog += (_, dialog) =>
        {
            Problems.Add($"{page.Url}: a dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
    }

    public IPage Page { get; }

    /// <summary>What the console said: script errors, and what the policy forbade.</summary>
    public List<string> Problems { get; } = [];

    public static async Task<Window> OpenAsync(IBrowserContext context)
    {
        context.SetDefaultTimeout(30_000);
        return new Window(context, await context.NewPageAsync());
    }

    public async Task<IResponse> GoAsync(string path)
    {
        // Not until the network is idle: pages with live parts never are.
        var response = await Page.GotoAsync(path, new PageGotoOptions { WaitUntil = WaitUntilState.Load });
        return response!;
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
