namespace Seal.SiloHost.Health;

/// <summary><c>/health/live</c>, <c>/health/ready</c>, <c>/health/startup</c>: 200 or 503 and one word. They tell nothing else, so they need no key.</summary>
internal static class HealthPages
{
    public static IReadOnlyList<string> Pages { get; } = ["live", "ready", "startup"];

    public static void Map(WebApplication application)
    {
        var health = application.Services.GetRequiredService<SiloHealth>();
        Page("live", () => health.Live);
        Page("ready", () => health.Ready);
        Page("startup", () => health.Started);

        void Page(string name, Func<bool> good) => application.MapGet($"/health/{name}", async (HttpContext context) =>
        {
            var well = good();
            context.Response.StatusCode = well ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync(well ? "ok\n" : "not yet\n");
        });
    }
}
