using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.DataProtection;
using Seal.Pages.Hosting;

namespace Seal.Pages;

/// <summary>The pages in a web host of somebody else's: a silo serves them beside its health pages.</summary>
public static class SealPages
{
    /// <summary>What pages need.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="options">What they show and what they may do.</param>
    public static void Add(IServiceCollection services, Func<IServiceProvider, PageOptions> options)
    {
        services.AddRoutingCore();
        // Keys of forms live as long as the process: a button of an earlier one is refused, and nothing is written to disk.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddAntiforgery(forgery => forgery.Cookie.SameSite = SameSiteMode.Strict);
        services.AddOptions<AntiforgeryOptions>().Configure<PageOptions>((forgery, page) => forgery.Cookie.Name = PageLock.CookieName("form", page));
        // It would make a key in the user's home at every start, for a provider that is not used.
        foreach (var keeper in services.Where(one => one.ImplementationType?.Name == "DataProtectionHostedService").ToArray())
        {
            services.Remove(keeper);
        }

        services.AddSingleton(options);
        services.AddSingleton<PageLock>();
        services.AddSingleton<PageMiddleware>();
        services.AddSingleton<Feeds>();
        services.AddSingleton<PageStreams>();
        services.AddSingleton<PageButtons>();
        services.AddSingleton<PageEndpoints>();
    }

    /// <summary>Serves them under every path but those that belong to somebody else.</summary>
    /// <param name="application">The host.</param>
    /// <param name="others">Paths that are not theirs, e.g. <c>/health</c>.</param>
    /// <param name="guests">Paths of somebody else's pages that stand behind the same door.</param>
    public static void Use(WebApplication application, IReadOnlyList<string> others, IReadOnlyList<string> guests)
    {
        var guard = application.Services.GetRequiredService<PageMiddleware>();
        application.UseWhen(
            context => !others.Any(other => context.Request.Path.StartsWithSegments(other)),
            pages => pages.Use(next => context => guard.Invoke(context, next, guests.Any(guest => context.Request.Path.StartsWithSegments(guest))))
        );
        application.UseRouting();
        application.Services.GetRequiredService<PageEndpoints>().Map(application);
    }
}
