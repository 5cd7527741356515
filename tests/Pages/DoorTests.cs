using System.Net;
using Seal.Core.Steering;
using Seal.Pages.Tests.Support;

namespace Seal.Pages.Tests;

/// <summary>Who may see and who may press.</summary>
public sealed class DoorTests
{
    private const string Sweep = $"/sweeps/{WrittenStore.Sweep}";

    [Fact]
    public async Task Button_WithoutTheToken_IsNotShownAndIsRefused()
    {
        using var store = await WrittenStore.Of(1, 2, 2, 1);
        await using var page = await ServedPage.Of(store);
        Assert.Empty((await page.Read(Sweep)).Descendants("button"));
        Assert.Equal(HttpStatusCode.Forbidden, await Press(page, $"{Sweep}/pause", []));
        Assert.Empty(page.Wishes);
    }

    [Fact]
    public async Task Button_WithTheToken_CarriesItsWishOut()
    {
        using var store = await WrittenStore.Of(1, 2, 2, 1);
        await using var page = await ServedPage.Of(store);
        _ = await page.Read($"/?token={ServedPage.Token}");
        var form = (await page.Read(Sweep)).Descendants("form").First(one => one.Attribute("action")!.Value == $"{Sweep}/pause");
        var hidden = form.Element("input")!;
        var status = await Press(page, form.Attribute("action")!.Value, [new(hidden.Attribute("name")!.Value, hidden.Attribute("value")!.Value)]);
        Assert.Equal(HttpStatusCode.OK, status); // after the redirect, the sweep's page
        Assert.Equal([(WrittenStore.Sweep, SweepMode.Pause)], page.Wishes);
    }

    [Fact]
    public async Task Button_OfAnotherSitesForm_IsRefused()
    {
        using var store = await WrittenStore.Of(1, 2, 2, 1);
        await using var page = await ServedPage.Of(store);
        _ = await page.Read($"/?token={ServedPage.Token}");
        // The cookie goes along, what the page's own form has does not.
        Assert.Equal(HttpStatusCode.Forbidden, await Press(page, $"{Sweep}/cancel", []));
        Assert.Empty(page.Wishes);
    }

    [Fact]
    public async Task SweepThatNobodyRuns_IsInterruptedAndCanOnlyBeCancelledHere()
    {
        using var store = await WrittenStore.Of(1, 2, 2, 1);
        await using var page = await ServedPage.Of(
            store,
            options => options with { IsHosted = _ => false, Resume = sweep => $"seal sweep resume {sweep}" }
        );
        _ = await page.Read($"/?token={ServedPage.Token}");
        var sweep = await page.Read(Sweep);
        Assert.Contains("interrupted", sweep.Descendants("h1").First().Value, StringComparison.Ordinal);
        Assert.Contains($"seal sweep resume {WrittenStore.Sweep}", sweep.Root!.Value, StringComparison.Ordinal);
        Assert.Equal(["Cancel"], sweep.Descendants("button").Select(button => button.Value));
    }

    [Fact]
    public async Task TwoPagesOfOneMachine_KeepTheirKeysApart()
    {
        using var store = await WrittenStore.Of(1, 2, 2, 1);
        await using var one = await ServedPage.Of(store);
        await using var other = await ServedPage.Of(store, options => options with { Token = "fedcba9876543210" });
        // Cookies know no ports: the browser of one sends the other what it has from both.
        var cookies = new CookieContainer();
        using var shared = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies });
        _ = await shared.GetStringAsync(new Uri(one.Http.BaseAddress!, $"/?token={ServedPage.Token}"));
        _ = await shared.GetStringAsync(new Uri(other.Http.BaseAddress!, "/?token=fedcba9876543210"));
        foreach (var page in new[] { one, other })
        {
            Assert.Contains("<button>Pause</button>", await shared.GetStringAsync(new Uri(page.Http.BaseAddress!, Sweep)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Wish_ThatCannotBeCarriedOut_SaysWhy()
    {
        using var store = await WrittenStore.Of(1, 2, 2, 1);
        await using var page = await ServedPage.Of(store, options => options with { Steer = (_, _) => throw new TimeoutException("nobody answers") });
        _ = await page.Read($"/?token={ServedPage.Token}");
        var form = (await page.Read(Sweep)).Descendants("form").First();
        var hidden = form.Element("input")!;
        using var fields = new FormUrlEncodedContent([new(hidden.Attribute("name")!.Value, hidden.Attribute("value")!.Value)]);
        using var answer = await page.Http.PostAsync(new Uri(form.Attribute("action")!.Value, UriKind.Relative), fields);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("nobody answers", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/?token=0123456789abcdee")]
    [InlineData("/?token=")]
    [InlineData("/?token=0123456789abcdef0")]
    public async Task WrongToken_OpensNothing(string address)
    {
        using var store = await WrittenStore.Of(1, 2, 2, 1);
        await using var page = await ServedPage.Of(store, options => options with { IsLocked = true });
        Assert.Equal(HttpStatusCode.Unauthorized, await page.Status(address));
        Assert.Equal(HttpStatusCode.Unauthorized, await page.Status(Sweep));
    }

    [Fact]
    public async Task LockedPage_WithItsToken_Opens()
    {
        using var store = await WrittenStore.Of(1, 2, 2, 1);
        await using var page = await ServedPage.Of(store, options => options with { IsLocked = true });
        Assert.Equal(HttpStatusCode.OK, await page.Status($"/?token={ServedPage.Token}"));
        Assert.Equal(HttpStatusCode.OK, await page.Status(Sweep));
    }

    [Fact]
    public async Task PageWithoutAToken_HasNoKeyThatFits()
    {
        using var store = await WrittenStore.Of(1, 2, 2, 1);
        await using var page = await ServedPage.Of(store, options => options with { IsLocked = true, Token = "" });
        Assert.Equal(HttpStatusCode.Unauthorized, await page.Status("/?token="));
        page.Http.DefaultRequestHeaders.TryAddWithoutValidation("Cookie", "seal-page=");
        Assert.Equal(HttpStatusCode.Unauthorized, await page.Status("/"));
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    public async Task NameOfAnotherSite_IsRefused(string host)
    {
        using var store = await WrittenStore.Of(1, 2, 2, 1);
        await using var page = await ServedPage.Of(store);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = host } };
        using var answer = await page.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task EveryPage_ForbidsInlineScriptsAndStyles()
    {
        using var store = await WrittenStore.Of(1, 2, 2, 1);
        await store.End(0, 3, (_, i) => WrittenStore.Tried(i, i == 0));
        await using var page = await ServedPage.Of(store);
        foreach (
            var address in new[]
            {
                "/",
                Sweep,
                $"{Sweep}/runs/base-seal-s1",
                $"{Sweep}/events",
                "/slots",
                $"{Sweep}/tasks/{store.Submission.Training[0].Id}",
            }
        )
        {
            using var answer = await page.Http.GetAsync(new Uri(address, UriKind.Relative));
            var policy = string.Join(' ', answer.Headers.GetValues("Content-Security-Policy"));
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            var html = await page.Read(address);
            Assert.DoesNotContain(html.Descendants(), element => element.Attribute("style") is not null || element.Name.LocalName == "style");
        }
    }

    private static async Task<HttpStatusCode> Press(ServedPage page, string address, KeyValuePair<string, string>[] fields)
    {
        using var form = new FormUrlEncodedContent(fields);
        using var answer = await page.Http.PostAsync(new Uri(address, UriKind.Relative), form);
        return answer.StatusCode;
    }
}
