using Microsoft.Playwright;
using Teuthology.Testing;

namespace Teuthology.Server.Tests.Pages;

/// <summary>One Chromium for the tests of the pages.</summary>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public LabData Lab { get; } = new();

    public async Task InitializeAsync()
    {
        await Lab.InitializeAsync();
    }

    /// <summary>A window of its own, with nothing remembered; it notes everything that goes wrong in it.</summary>
    public async Task<Window> OpenAsync(BrowserNewContextOptions? options = null)
    {
        if (_browser is null)
        {
            var program = await ChromiumProgram.FindAsync();
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
        }

        options ??= new BrowserNewContextOptions();
        options.BaseURL = Lab.Address.ToString();
        options.TimezoneId ??= "Asia/Kolkata";
        return await Window.OpenAsync(await _browser.NewContextAsync(options));
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.CloseAsync();
        _playwright?.Dispose();
        await Lab.DisposeAsync();
    }
}
