using Microsoft.Playwright;
using Seal.EndToEnd.Support;

namespace Seal.Browser.Tests;

/// <summary>A real browser on the page of a real sweep that runs.</summary>
public sealed class LivePageTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(25);

    private readonly TemporaryFolder _folder = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    private static string? Chromium { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);

    public async Task InitializeAsync()
    {
        if (Chromium is not null)
        {
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(
                new BrowserTypeLaunchOptions
                {
                    ExecutablePath = Chromium,
                    Args = ["--no-sandbox"],
                    Headless = true,
                }
            );
        }
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task Page_WhileTheSweepGoesOn_ChangesWithoutBeingLoadedAgain()
    {
        using var run = await Run();
        var page = await Open(run, withToken: false);
        await page.GetByRole(AriaRole.Link, new() { Name = "tiny-fake" }).ClickAsync();
        await page.EvaluateAsync("window.isTheSame = true");
        var before = await page.Locator("main").InnerTextAsync();
        // A table of evaluations, which the page did not have when it was loaded.
        await page.Locator("section#table").WaitForAsync();
        Assert.DoesNotContain("Evaluations so far", before, StringComparison.Ordinal);
        Assert.True(await page.EvaluateAsync<bool>("window.isTheSame === true"));
    }

    [SkippableFact]
    public async Task Page_WithoutScripts_SaysTheSame()
    {
        using var run = await Run();
        var page = await Open(run, withToken: false, scripts: false);
        await page.GetByRole(AriaRole.Link, new() { Name = "tiny-fake" }).ClickAsync();
        Assert.Contains("base-seal-s1", await page.Locator("section#runs").InnerTextAsync(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Link, new() { Name = "base-seal-s1" }).First.ClickAsync();
        await page.Locator("section#map svg a rect").First.WaitForAsync();
    }

    [SkippableFact]
    public async Task FailingCandidate_FromTheStartPage_IsThreeClicksAway()
    {
        // Most self-edits ask for more steps than that: they fail.
        using var run = await Run("--set", "inner.max_steps=4");
        var page = await Open(run, withToken: false);
        await page.GetByRole(AriaRole.Link, new() { Name = "tiny-fake" }).ClickAsync();
        var failure = page.Locator("section#failures tbody tr").First;
        await failure.WaitForAsync();
        var reason = await failure.Locator("td").Last.InnerTextAsync();
        await failure.Locator("a").First.ClickAsync();
        Assert.Contains(
            reason.TrimEnd('…')[..Math.Min(40, reason.Length - 1)],
            await page.Locator("main").InnerTextAsync(),
            StringComparison.Ordinal
        );
    }

    [SkippableFact]
    public async Task Buttons_WithTheToken_PauseAndResumeTheSweep()
    {
        using var run = await Run();
        var stranger = await Open(run, withToken: false);
        await stranger.GetByRole(AriaRole.Link, new() { Name = "tiny-fake" }).ClickAsync();
        await stranger.Locator("section#runs").WaitForAsync();
        Assert.Equal(0, await stranger.Locator("button").CountAsync());

        var page = await Open(run, withToken: true);
        Assert.DoesNotContain("token", page.Url, StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Link, new() { Name = "tiny-fake" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await page.Locator("h1 .state.paused").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await page.Locator("h1 .state.running").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        Assert.Equal(130, (await run.Exit()).Code);
    }

    [SkippableTheory]
    [InlineData(390, 844)]
    [InlineData(1280, 800)]
    public async Task Page_OnAPhoneAndOnADesktop_IsNoWiderThanItsWindow(int width, int height)
    {
        using var run = await Run();
        var page = await Open(run, withToken: true, width: width, height: height);
        await page.GetByRole(AriaRole.Link, new() { Name = "tiny-fake" }).ClickAsync();
        await page.Locator("section#table").WaitForAsync();
        await Fits();
        await page.GetByRole(AriaRole.Link, new() { Name = "base-seal-s1" }).First.ClickAsync();
        await page.Locator("section#map").WaitForAsync();
        await Fits();
        await page.Locator("section#map svg a rect").First.ClickAsync();
        await page.Locator("section#edit").WaitForAsync();
        await Fits();

        async Task Fits() => Assert.Equal(0, await page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - window.innerWidth)"));
    }

    /// <summary>A sweep that takes half a minute, and has a page.</summary>
    private async Task<SealProcess> Run(params string[] more)
    {
        Skip.If(Chromium is null, "There is no Chromium on the PATH.");
        var run = SealProcess.Start(
            ["run", Repository.Sweep("tiny-fake.toml"), "--store", _folder.At("store"), "--workers", "2", .. more],
            fakeStep: Step
        );
        Assert.True(
            await run.Until(() =>
                run.Err.Contains("page: ", StringComparison.Ordinal) && run.Err.Contains("sweep tiny-fake", StringComparison.Ordinal)
            )
        );
        Assert.StartsWith("page: http://127.0.0.1:", run.Err, StringComparison.Ordinal);
        return run;
    }

    private async Task<IPage> Open(SealProcess run, bool withToken, bool scripts = true, int width = 1280, int height = 800)
    {
        var address = new Uri(run.Err.Split('\n')[0]["page: ".Length..].Trim());
        var context = await _browser!.NewContextAsync(
            new()
            {
                JavaScriptEnabled = scripts,
                ViewportSize = new() { Width = width, Height = height },
            }
        );
        var page = await context.NewPageAsync();
        // The sweep is submitted a moment after the page is there.
        await page.GotoAsync(withToken ? address.ToString() : new Uri(address, "/").ToString());
        var link = page.GetByRole(AriaRole.Link, new() { Name = "tiny-fake" });
        while (await link.CountAsync() == 0)
        {
            await page.ReloadAsync();
        }

        return page;
    }
}
